-- The clients of OAuth 2.0, and what they are given. Written so that it can run again when it was
-- killed half way, as V001 is.

create table if not exists oauth2_credentials (
  id uuid not null,
  created_at bigint,
  consumer_id uuid,
  name varchar,
  client_id varchar,
  client_secret varchar,
  hash_secret boolean,
  redirect_uris varchar,
  tags varchar,
  client_type varchar,
  constraint oauth2_credentials_pkey primary key (id),
  constraint oauth2_credentials_client_id_unique unique (client_id),
  constraint oauth2_credentials_consumer_fkey foreign key (consumer_id) references consumers (id) on delete cascade
);

create index if not exists oauth2_credentials_of_consumer on oauth2_credentials (consumer_id, id);

-- expires_at as in keyauth_credentials.
create table if not exists oauth2_tokens (
  id uuid not null,
  created_at bigint,
  service_id uuid,
  credential_id uuid,
  token_type varchar,
  expires_in bigint,
  access_token varchar,
  refresh_token varchar,
  authenticated_userid varchar,
  scope varchar,
  expires_at bigint,
  constraint oauth2_tokens_pkey primary key (id),
  constraint oauth2_tokens_access_token_unique unique (access_token),
  constraint oauth2_tokens_refresh_token_unique unique (refresh_token),
  constraint oauth2_tokens_service_fkey foreign key (service_id) references services (id) on delete cascade,
  constraint oauth2_tokens_credential_fkey foreign key (credential_id) references oauth2_credentials (id) on delete cascade
);

create index if not exists oauth2_tokens_of_service on oauth2_tokens (service_id, id);
create index if not exists oauth2_tokens_of_credential on oauth2_tokens (credential_id, id);
create index if not exists oauth2_tokens_by_expiry on oauth2_tokens (expires_at);

create table if not exists oauth2_authorization_codes (
  id uuid not null,
  created_at bigint,
  service_id uuid,
  credential_id uuid,
  code varchar,
  authenticated_userid varchar,
  scope varchar,
  challenge varchar,
  challenge_method varchar,
  plugin_id uuid,
  expires_at bigint,
  constraint oauth2_authorization_codes_pkey primary key (id),
  constraint oauth2_authorization_codes_code_unique unique (code),
  constraint oauth2_authorization_codes_service_fkey foreign key (service_id) references services (id) on delete cascade,
  constraint oauth2_authorization_codes_credential_fkey foreign key (credential_id) references oauth2_credentials (id) on delete cascade,
  constraint oauth2_authorization_codes_plugin_fkey foreign key (plugin_id) references plugins (id) on delete cascade
);

create index if not exists oauth2_authorization_codes_of_service on oauth2_authorization_codes (service_id, id);
create index if not exists oauth2_authorization_codes_of_credential on oauth2_authorization_codes (credential_id, id);
create index if not exists oauth2_authorization_codes_of_plugin on oauth2_authorization_codes (plugin_id, id);
create index if not exists oauth2_authorization_codes_by_expiry on oauth2_authorization_codes (expires_at);
