"""What one file says: the model, the one walk, the deployment readers, the codec."""
