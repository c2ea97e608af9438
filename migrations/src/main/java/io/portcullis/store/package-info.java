/**
 * Everything that speaks SQL: the entity store and its change log, on H2 or PostgreSQL. All calls
 * block; they belong on virtual threads, never on an I/O thread.
 */
@NullMarked
package io.portcullis.store;

import org.jspecify.annotations.NullMarked;
