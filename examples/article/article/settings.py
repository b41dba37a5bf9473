"""What the environment says."""

import os

DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql+asyncpg://article:article@db/article")
