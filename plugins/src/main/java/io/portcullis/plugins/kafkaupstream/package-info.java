/** The {@code kafka-upstream} plugin: makes a record of a Kafka topic out of each request. */
@NullMarked
package io.portcullis.plugins.kafkaupstream;

import org.jspecify.annotations.NullMarked;
