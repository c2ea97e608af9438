package io.portcullis.core.schema;

import static io.portcullis.core.schema.Checks.atLeastOneOf;
import static io.portcullis.core.schema.Fields.string;

/** Consumers: somebody who calls. */
final class ConsumerSpec {
  private ConsumerSpec() {}

  static EntitySpec create() {
    return EntitySpec.named("consumers")
        .lookupKey("username")
        .id()
        .createdAt()
        .updatedAt()
        .field(string("username").unique().doc("Name of the consumer."))
        .field(string("custom_id").unique().doc("Its id in a system of yours."))
        .tags()
        .check(atLeastOneOf("custom_id", "username"))
        .build();
  }
}
