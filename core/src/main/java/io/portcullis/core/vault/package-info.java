/**
 * References to secrets that are kept outside the configuration, {@code {vault://env/NAME}}, and
 * the vaults that they lead to.
 */
@NullMarked
package io.portcullis.core.vault;

import org.jspecify.annotations.NullMarked;
