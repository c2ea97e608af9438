package io.portcullis.plugins.jwt;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.ConsumerHeaders;
import tools.jackson.databind.JsonNode;

/**
 * A token whose signature is right. What depends on the clock is kept as numbers and checked each
 * time.
 *
 * @param credential the very object that the key came from; another one means it was changed
 * @param consumer the very object that the headers were made from
 * @param claims all of them
 * @param expiry {@code exp}, seconds since 1970; NaN when it is missing or no number
 * @param notBefore {@code nbf}, likewise
 */
record VerifiedToken(
    Credential credential,
    Consumer consumer,
    ConsumerHeaders headers,
    JsonNode claims,
    double expiry,
    double notBefore) {}
