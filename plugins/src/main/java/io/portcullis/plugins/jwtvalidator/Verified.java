package io.portcullis.plugins.jwtvalidator;

import io.portcullis.core.plugin.Reply.HeaderLine;
import io.portcullis.plugins.jose.JsonWebKey;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A token whose signature, issuer and audience are right.
 *
 * @param key the very object that verified it; another one means that keys were fetched since
 * @param keyName what the key was looked up by
 * @param claims all of them
 * @param expiry seconds since 1970
 * @param notBefore likewise
 * @param granted whether it has the roles and scopes
 * @param lines headers that it gives the request
 */
record Verified(
    JsonWebKey key,
    String keyName,
    JsonNode claims,
    double expiry,
    double notBefore,
    boolean granted,
    List<HeaderLine> lines) {}
