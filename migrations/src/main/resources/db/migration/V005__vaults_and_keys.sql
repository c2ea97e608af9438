-- Vaults, key sets and keys. Written so that it can run again when it was killed half way, as V001 is.

create table if not exists vaults (
  id uuid not null,
  prefix varchar,
  name varchar,
  description varchar,
  config varchar,
  created_at bigint,
  updated_at bigint,
  tags varchar,
  constraint vaults_pkey primary key (id),
  constraint vaults_prefix_unique unique (prefix)
);

create table if not exists key_sets (
  id uuid not null,
  name varchar,
  tags varchar,
  created_at bigint,
  updated_at bigint,
  constraint key_sets_pkey primary key (id),
  constraint key_sets_name_unique unique (name)
);

-- unique_key holds key id and set as one value, as that of plugins holds name and scope.
create table if not exists keys (
  id uuid not null,
  unique_key varchar not null,
  set_id uuid,
  name varchar,
  kid varchar,
  jwk varchar,
  pem varchar,
  tags varchar,
  created_at bigint,
  updated_at bigint,
  constraint keys_pkey primary key (id),
  constraint keys_unique_key unique (unique_key),
  constraint keys_name_unique unique (name),
  constraint keys_set_fkey foreign key (set_id) references key_sets (id) on delete cascade
);

create index if not exists keys_of_set on keys (set_id, id);
