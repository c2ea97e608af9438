/** Modifiers of requests and answers in the form of Martian's DSL, which KrakenD's files use. */
@NullMarked
package io.portcullis.plugins.composition.martian;

import org.jspecify.annotations.NullMarked;
