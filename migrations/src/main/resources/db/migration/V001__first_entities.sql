-- Runs unchanged on PostgreSQL and H2 (docs/adr/0003-store.md). Lists, maps and records are JSON text;
-- a foreign field f is the column f_id; constraints are named <table>_<field>_unique and
-- <table>_<field>_fkey, from which the store learns which field was refused. "If not exists" lets a
-- bootstrap that was killed half way on H2, where no script is one transaction, run again.

create table if not exists config_version (
  id integer not null,
  version bigint not null,
  pruned_through bigint not null,
  constraint config_version_pkey primary key (id),
  constraint config_version_single check (id = 1)
);

insert into config_version (id, version, pruned_through)
select 1, 0, 0 where not exists (select 1 from config_version);

create table if not exists change_log (
  version bigint not null,
  ordinal integer not null,
  entity varchar not null,
  entity_id uuid not null,
  operation varchar not null,
  constraint change_log_pkey primary key (version, ordinal)
);

create table if not exists tags (
  tag varchar not null,
  entity varchar not null,
  entity_id uuid not null,
  constraint tags_pkey primary key (tag, entity, entity_id)
);

create index if not exists tags_of_entity on tags (entity_id, entity);

create table if not exists services (
  id uuid not null,
  created_at bigint,
  updated_at bigint,
  name varchar,
  retries bigint,
  protocol varchar,
  host varchar,
  port bigint,
  path varchar,
  connect_timeout bigint,
  write_timeout bigint,
  read_timeout bigint,
  tags varchar,
  client_certificate_id uuid,
  tls_verify boolean,
  tls_verify_depth bigint,
  ca_certificates varchar,
  enabled boolean,
  constraint services_pkey primary key (id),
  constraint services_name_unique unique (name),
  -- There is no table of certificates to refer to yet, so every reference leads nowhere.
  constraint services_client_certificate_fkey check (client_certificate_id is null)
);

create table if not exists routes (
  id uuid not null,
  created_at bigint,
  updated_at bigint,
  name varchar,
  protocols varchar,
  https_redirect_status_code bigint,
  strip_path boolean,
  preserve_host boolean,
  request_buffering boolean,
  response_buffering boolean,
  tags varchar,
  service_id uuid,
  snis varchar,
  sources varchar,
  destinations varchar,
  methods varchar,
  hosts varchar,
  paths varchar,
  headers varchar,
  regex_priority bigint,
  path_handling varchar,
  constraint routes_pkey primary key (id),
  constraint routes_name_unique unique (name),
  constraint routes_service_fkey foreign key (service_id) references services (id)
);

create index if not exists routes_of_service on routes (service_id, id);

create table if not exists consumers (
  id uuid not null,
  created_at bigint,
  updated_at bigint,
  username varchar,
  custom_id varchar,
  tags varchar,
  constraint consumers_pkey primary key (id),
  constraint consumers_username_unique unique (username),
  constraint consumers_custom_id_unique unique (custom_id)
);

-- unique_key holds name and scope as one value that is never null: in SQL two null scopes differ.
create table if not exists plugins (
  id uuid not null,
  unique_key varchar not null,
  name varchar,
  instance_name varchar,
  created_at bigint,
  updated_at bigint,
  route_id uuid,
  service_id uuid,
  consumer_id uuid,
  config varchar,
  protocols varchar,
  enabled boolean,
  tags varchar,
  constraint plugins_pkey primary key (id),
  constraint plugins_unique_key unique (unique_key),
  constraint plugins_instance_name_unique unique (instance_name),
  constraint plugins_route_fkey foreign key (route_id) references routes (id) on delete cascade,
  constraint plugins_service_fkey foreign key (service_id) references services (id) on delete cascade,
  constraint plugins_consumer_fkey foreign key (consumer_id) references consumers (id) on delete cascade
);

create index if not exists plugins_of_route on plugins (route_id, id);
create index if not exists plugins_of_service on plugins (service_id, id);
create index if not exists plugins_of_consumer on plugins (consumer_id, id);
create index if not exists plugins_by_name on plugins (name);

create table if not exists jwt_secrets (
  id uuid not null,
  created_at bigint,
  consumer_id uuid,
  "key" varchar,
  secret varchar,
  rsa_public_key varchar,
  algorithm varchar,
  tags varchar,
  constraint jwt_secrets_pkey primary key (id),
  constraint jwt_secrets_key_unique unique ("key"),
  constraint jwt_secrets_consumer_fkey foreign key (consumer_id) references consumers (id) on delete cascade
);

create index if not exists jwt_secrets_of_consumer on jwt_secrets (consumer_id, id);
