create table after_contraction (id integer not null);
