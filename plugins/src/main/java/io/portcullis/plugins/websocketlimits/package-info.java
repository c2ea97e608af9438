/** The {@code websocket-limits} plugin: bounds messages, pings clients, chooses subprotocols. */
@NullMarked
package io.portcullis.plugins.websocketlimits;

import org.jspecify.annotations.NullMarked;
