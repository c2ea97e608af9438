package io.portcullis.store;

import java.time.Instant;

/**
 * Who made a version of the configuration.
 *
 * @param at by the clock of the node that wrote; versions are in order, these times need not be
 * @param who as the Admin API recognised the caller
 * @param request what was called, {@code PATCH /services/{services}}; without values, which may be
 *     secret
 */
public record Author(Instant at, String who, String request) {}
