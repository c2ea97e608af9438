-- Upstreams and their targets. Written so that it can run again when it was killed half way, as V001 is.

create table if not exists upstreams (
  id uuid not null,
  created_at bigint,
  name varchar,
  updated_at bigint,
  algorithm varchar,
  hash_on varchar,
  hash_fallback varchar,
  hash_on_header varchar,
  hash_fallback_header varchar,
  hash_on_cookie varchar,
  hash_on_cookie_path varchar,
  hash_on_query_arg varchar,
  hash_fallback_query_arg varchar,
  hash_on_uri_capture varchar,
  hash_fallback_uri_capture varchar,
  slots bigint,
  healthchecks varchar,
  tags varchar,
  host_header varchar,
  client_certificate_id uuid,
  use_srv_name boolean,
  constraint upstreams_pkey primary key (id),
  constraint upstreams_name_unique unique (name),
  constraint upstreams_client_certificate_fkey foreign key (client_certificate_id) references certificates (id)
);

create index if not exists upstreams_of_client_certificate on upstreams (client_certificate_id, id);

-- unique_key holds upstream and target as one value, as that of plugins holds name and scope.
create table if not exists targets (
  id uuid not null,
  unique_key varchar not null,
  created_at double precision,
  updated_at double precision,
  upstream_id uuid,
  target varchar,
  weight bigint,
  tags varchar,
  constraint targets_pkey primary key (id),
  constraint targets_unique_key unique (unique_key),
  constraint targets_upstream_fkey foreign key (upstream_id) references upstreams (id) on delete cascade
);

create index if not exists targets_of_upstream on targets (upstream_id, id);
