-- What each version of the configuration replaced, by whom and when. Written so that it can run again
-- when it was killed half way, as V001 is.

-- The row as JSON before the change; null for a row that was new. Releases before this one leave it
-- null everywhere, so only what they inserted can be undone.
alter table change_log add column if not exists row_before varchar;

-- made_at counts milliseconds since 1970.
create table if not exists config_authors (
  version bigint not null,
  made_at bigint not null,
  who varchar not null,
  request varchar not null,
  constraint config_authors_pkey primary key (version)
);
