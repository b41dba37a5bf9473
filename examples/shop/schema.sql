create table items (
    id serial primary key,
    name text not null,
    price integer not null check (price >= 0),
    stock integer not null default 0
);

create table orders (
    id serial primary key,
    customer text not null,
    item_id integer not null references items (id),
    amount integer not null check (amount > 0),
    shipped boolean not null default false
);

insert into items (name, price, stock) values ('Teapot', 2400, 12), ('Cup', 800, 60);
