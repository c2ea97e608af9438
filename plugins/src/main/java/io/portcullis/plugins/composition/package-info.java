/**
 * The {@code composition} plugin: one request of a client becomes calls of several backends, whose
 * answers are shaped and merged into one. Its configuration has KrakenD's words, so a backend here
 * is what is called, and a part is what one backend contributes to the answer.
 */
@NullMarked
package io.portcullis.plugins.composition;

import org.jspecify.annotations.NullMarked;
