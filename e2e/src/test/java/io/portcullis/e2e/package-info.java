/**
 * What a user does with the product, done to it: the README's tour, starting and stopping it, and
 * changing it under load.
 */
@NullMarked
package io.portcullis.e2e;

import org.jspecify.annotations.NullMarked;
