-- What consumers prove themselves with, and the groups they are in. Written so that it can run again
-- when it was killed half way, as V001 is.

-- expires_at is milliseconds since 1970; a row past it counts as deleted and goes with the next write.
create table if not exists keyauth_credentials (
  id uuid not null,
  created_at bigint,
  consumer_id uuid,
  "key" varchar,
  tags varchar,
  expires_at bigint,
  constraint keyauth_credentials_pkey primary key (id),
  constraint keyauth_credentials_key_unique unique ("key"),
  constraint keyauth_credentials_consumer_fkey foreign key (consumer_id) references consumers (id) on delete cascade
);

create index if not exists keyauth_credentials_of_consumer on keyauth_credentials (consumer_id, id);
create index if not exists keyauth_credentials_by_expiry on keyauth_credentials (expires_at);

create table if not exists basicauth_credentials (
  id uuid not null,
  created_at bigint,
  consumer_id uuid,
  username varchar,
  password varchar,
  tags varchar,
  constraint basicauth_credentials_pkey primary key (id),
  constraint basicauth_credentials_username_unique unique (username),
  constraint basicauth_credentials_consumer_fkey foreign key (consumer_id) references consumers (id) on delete cascade
);

create index if not exists basicauth_credentials_of_consumer on basicauth_credentials (consumer_id, id);

create table if not exists hmacauth_credentials (
  id uuid not null,
  created_at bigint,
  consumer_id uuid,
  username varchar,
  secret varchar,
  tags varchar,
  constraint hmacauth_credentials_pkey primary key (id),
  constraint hmacauth_credentials_username_unique unique (username),
  constraint hmacauth_credentials_consumer_fkey foreign key (consumer_id) references consumers (id) on delete cascade
);

create index if not exists hmacauth_credentials_of_consumer on hmacauth_credentials (consumer_id, id);

-- unique_key holds consumer and group as one value, as that of plugins holds name and scope.
create table if not exists acls (
  id uuid not null,
  unique_key varchar not null,
  created_at bigint,
  consumer_id uuid,
  "group" varchar,
  tags varchar,
  constraint acls_pkey primary key (id),
  constraint acls_unique_key unique (unique_key),
  constraint acls_consumer_fkey foreign key (consumer_id) references consumers (id) on delete cascade
);

create index if not exists acls_of_consumer on acls (consumer_id, id);
