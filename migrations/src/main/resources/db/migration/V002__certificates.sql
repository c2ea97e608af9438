-- Certificates, the server names that they are shown for, and trusted authorities. Written so that it
-- can run again when it was killed half way, as V001 is.

create table if not exists certificates (
  id uuid not null,
  created_at bigint,
  updated_at bigint,
  cert varchar,
  "key" varchar,
  cert_alt varchar,
  key_alt varchar,
  tags varchar,
  constraint certificates_pkey primary key (id)
);

create table if not exists snis (
  id uuid not null,
  name varchar,
  created_at bigint,
  updated_at bigint,
  tags varchar,
  certificate_id uuid,
  constraint snis_pkey primary key (id),
  constraint snis_name_unique unique (name),
  constraint snis_certificate_fkey foreign key (certificate_id) references certificates (id) on delete cascade
);

create index if not exists snis_of_certificate on snis (certificate_id, id);

create table if not exists ca_certificates (
  id uuid not null,
  created_at bigint,
  updated_at bigint,
  cert varchar,
  cert_digest varchar,
  tags varchar,
  constraint ca_certificates_pkey primary key (id),
  constraint ca_certificates_cert_digest_unique unique (cert_digest)
);

alter table services drop constraint if exists services_client_certificate_fkey;
alter table services add constraint services_client_certificate_fkey
  foreign key (client_certificate_id) references certificates (id);

create index if not exists services_of_client_certificate on services (client_certificate_id, id);
