/** Plugin {@code acl}: who may pass, by groups of consumers. */
@NullMarked
package io.portcullis.plugins.acl;

import org.jspecify.annotations.NullMarked;
