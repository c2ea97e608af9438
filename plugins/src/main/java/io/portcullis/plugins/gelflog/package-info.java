/** The {@code gelf-log} plugin: sends an entry per request to Graylog or Logstash. */
@NullMarked
package io.portcullis.plugins.gelflog;

import org.jspecify.annotations.NullMarked;
