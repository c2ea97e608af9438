/** Queues that batch and retry, for plugins that send what they saw elsewhere. */
@NullMarked
package io.portcullis.core.queue;

import org.jspecify.annotations.NullMarked;
