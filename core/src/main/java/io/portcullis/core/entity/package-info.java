/** Records as stored by the control plane and served by the data plane. */
@NullMarked
package io.portcullis.core.entity;

import org.jspecify.annotations.NullMarked;
