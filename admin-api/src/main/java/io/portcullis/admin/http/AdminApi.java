package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.core.plugin.AdminEndpoint;
import io.portcullis.core.schema.EntitySpecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** All endpoints of the Admin API. */
public final class AdminApi {
  private final List<Endpoint> endpoints;

  public AdminApi(AdminParts parts) {
    this(parts, List.of());
  }

  /**
   * @param brought by the node's plugins
   * @throws IllegalArgumentException when two endpoints have the same path
   */
  public AdminApi(AdminParts parts, List<AdminEndpoint> brought) {
    EntitySpecs specs = parts.specs();
    BodyDecoder decoder = new BodyDecoder(specs);
    Transactions transactions = transactions(parts);
    EntityRows rows = rows(parts, decoder);
    List<Endpoint> all = new ArrayList<>();
    all.addAll(new EntityEndpoints(specs, rows, transactions).all());
    all.addAll(new CertificateEndpoints(specs, rows, decoder, transactions, parts.editor()).all());
    TargetRows targets = new TargetRows(specs, rows);
    all.addAll(new TargetEndpoints(targets, rows, decoder, transactions).all());
    all.addAll(health(parts, targets, transactions).all());
    all.addAll(new HistoryEndpoints(parts.entities(), transactions).all());
    all.addAll(new TagEndpoints(transactions).all());
    all.addAll(new SchemaEndpoints(specs, parts.editor(), decoder).all());
    all.addAll(
        new NodeEndpoints(
                parts.description(),
                parts.entities(),
                transactions,
                specs.plugins(),
                parts.logLevels())
            .all());
    all.addAll(new ConfigurationEndpoints(parts.format(), parts.replaceable(), transactions).all());
    all.add(
        Endpoint.get(
            "/status", new StatusPage(parts.description(), parts.entities(), parts.status())));
    parts.pages().forEach((path, page) -> all.add(Endpoint.get(path, page)));
    brought.forEach(endpoint -> all.add(PluginPages.endpoint(endpoint)));
    all.add(Endpoint.get("/endpoints", request -> AdminResponse.json(200, listing())));
    all.add(Endpoint.get("/openapi.json", request -> AdminResponse.json(200, openApi(parts))));
    this.endpoints = List.copyOf(all);
  }

  /**
   * The page of upstreams' health by its path, for listeners that show nothing else of entities.
   */
  public static Map<String, AdminPage> healthPages(AdminParts parts) {
    TargetRows targets = new TargetRows(parts.specs(), rows(parts, new BodyDecoder(parts.specs())));
    return Map.of(HealthEndpoints.SHOWN, health(parts, targets, transactions(parts))::shown);
  }

  private static Transactions transactions(AdminParts parts) {
    return new Transactions(parts.entities(), parts.live(), parts.patience());
  }

  private static EntityRows rows(AdminParts parts, BodyDecoder decoder) {
    return new EntityRows(parts.specs(), parts.editor(), decoder, new PluginScopes(parts.specs()));
  }

  private static HealthEndpoints health(
      AdminParts parts, TargetRows targets, Transactions transactions) {
    return new HealthEndpoints(
        targets, transactions, parts.health(), parts.description().node().nodeId());
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  private ObjectNode openApi(AdminParts parts) {
    return OpenApi.of(endpoints, parts.specs(), parts.description().productVersion());
  }

  private ObjectNode listing() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode data = body.putArray("data");
    new PathTable(endpoints).templates().forEach(data::add);
    return body;
  }
}
