/** The {@code http-log} plugin: sends an entry per request to an HTTP server. */
@NullMarked
package io.portcullis.plugins.httplog;

import org.jspecify.annotations.NullMarked;
