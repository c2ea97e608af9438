package io.portcullis.proxy.sync;

import java.util.UUID;

/**
 * A stored entity that cannot serve.
 *
 * @param entity schema name
 * @param reason for people
 */
public record Quarantined(String entity, UUID id, String reason) {}
