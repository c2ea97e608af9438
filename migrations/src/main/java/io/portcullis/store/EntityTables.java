package io.portcullis.store;

import io.portcullis.core.schema.EntitySpec;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import tools.jackson.databind.node.ObjectNode;

/** All entities' tables, how they refer to each other, and what their constraints mean. */
final class EntityTables {
  /** A table with a foreign field that leads to another one. */
  record Referrer(EntityTable table, EntityTable.Reference reference) {}

  private final Map<String, EntityTable> byEntity = new LinkedHashMap<>();
  private final Map<String, List<Referrer>> referrers = new LinkedHashMap<>();

  private final InstantSource clock;

  /**
   * @param clock tells which rows are over
   */
  EntityTables(Collection<EntitySpec> specs, InstantSource clock) {
    this.clock = clock;
    for (EntitySpec spec : specs) {
      EntityTable table = EntityTable.of(spec);
      byEntity.put(spec.name(), table);
      for (EntityTable.Reference reference : table.references()) {
        referrers
            .computeIfAbsent(reference.target(), target -> new ArrayList<>())
            .add(new Referrer(table, reference));
      }
    }
  }

  /** The moment by which rows are over or not. */
  Instant now() {
    return clock.instant();
  }

  Collection<EntityTable> all() {
    return byEntity.values();
  }

  EntityTable of(String entity) {
    EntityTable table = byEntity.get(entity);
    if (table == null) {
      throw new IllegalArgumentException("no table for '" + entity + "'");
    }
    return table;
  }

  boolean has(String entity) {
    return byEntity.containsKey(entity);
  }

  /** Which tables refer to {@code entity}, through which field. */
  List<Referrer> referrersOf(String entity) {
    return referrers.getOrDefault(entity, List.of());
  }

  /** Why {@code entity} could not be written. */
  StoreException refusedWrite(DataAccessException refused, EntityTable table, ObjectNode entity) {
    String constraint = constraint(refused);
    StoreException violation =
        constraint == null ? null : table.violation(constraint, entity, refused);
    return violation == null ? Failures.of(refused) : violation;
  }

  /** Why a row of {@code table} could not be deleted. */
  StoreException refusedDelete(DataAccessException refused, EntityTable table) {
    String constraint = constraint(refused);
    if (constraint != null) {
      for (EntityTable other : byEntity.values()) {
        for (EntityTable.Reference reference : other.references()) {
          if (constraint.equals(other.constraintOf(reference))) {
            return new StoreException.StillReferenced(table.name(), other.name(), refused);
          }
        }
      }
    }
    return Failures.of(refused);
  }

  /** Name of the constraint that a statement broke; null when it broke none. */
  private static @Nullable String constraint(DataAccessException refused) {
    SQLException cause = refused.getCause(SQLException.class);
    if (cause == null || cause.getSQLState() == null || !cause.getSQLState().startsWith("23")) {
      return null;
    }
    if (cause instanceof PSQLException postgres) {
      ServerErrorMessage message = postgres.getServerErrorMessage();
      return message == null ? null : message.getConstraint();
    }
    return h2Constraint(cause.getMessage());
  }

  /**
   * H2 names the constraint at the start of what it quotes, with or without its schema: {@code …
   * violation: "public.services_pkey INDEX …"}, {@code … violation: "routes_service_fkey:
   * public.routes FOREIGN KEY…"}. Refused values come later and cannot be mistaken for it.
   */
  private static @Nullable String h2Constraint(@Nullable String message) {
    int start = message == null ? -1 : message.indexOf('"') + 1;
    if (message == null || start == 0) {
      return null;
    }
    int end = start;
    while (end < message.length() && " :\"".indexOf(message.charAt(end)) < 0) {
      end++;
    }
    String qualified = message.substring(start, end);
    return qualified.substring(qualified.lastIndexOf('.') + 1);
  }
}
