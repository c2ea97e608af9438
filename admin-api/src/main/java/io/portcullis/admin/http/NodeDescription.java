package io.portcullis.admin.http;

import io.portcullis.core.plugin.NodeInformation;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who this process is, as {@code GET /} tells it.
 *
 * @param productVersion our own version; clients read Kong's level from {@code version}
 * @param role {@code both}, {@code admin} or {@code proxy}
 * @param configuration the settings by kong.conf's names, secrets masked; never changed
 */
public record NodeDescription(
    NodeInformation node, String productVersion, String role, ObjectNode configuration) {}
