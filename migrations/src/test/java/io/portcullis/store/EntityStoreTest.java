package io.portcullis.store;

import static io.portcullis.store.Samples.CONSUMERS;
import static io.portcullis.store.Samples.JWT_SECRETS;
import static io.portcullis.store.Samples.PLUGINS;
import static io.portcullis.store.Samples.ROUTES;
import static io.portcullis.store.Samples.SERVICES;
import static io.portcullis.store.Samples.SPECS;
import static io.portcullis.store.Samples.TARGETS;
import static io.portcullis.store.Samples.UPSTREAMS;
import static io.portcullis.store.Samples.consumer;
import static io.portcullis.store.Samples.entity;
import static io.portcullis.store.Samples.id;
import static io.portcullis.store.Samples.plugin;
import static io.portcullis.store.Samples.refer;
import static io.portcullis.store.Samples.route;
import static io.portcullis.store.Samples.secret;
import static io.portcullis.store.Samples.service;
import static io.portcullis.store.Samples.tagged;
import static io.portcullis.store.Samples.target;
import static io.portcullis.store.Samples.upstream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.portcullis.core.schema.EntitySpec;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@EachEngine
class EntityStoreTest {
  @AutoClose private final StoreFixture fixture;
  private final EntityStore store;

  EntityStoreTest(StoreEngine engine) {
    fixture = StoreFixture.on(engine);
    store = fixture.store();
  }

  @Test
  void a_service_comes_back_as_it_was_stored() {
    comesBack(
        SERVICES,
        """
        {'id':'00000000-0000-4000-8000-00000000000a','created_at':1700000000,'updated_at':1700000001,
         'name':'naïve-サービス','retries':7,'protocol':'https','host':'example.com','port':8443,'path':'/p',
         'connect_timeout':1,'write_timeout':2147483646,'read_timeout':3,'tags':['z','a','with space','é'],
         'tls_verify':true,'tls_verify_depth':3,'enabled':false,
         'ca_certificates':['4e3ad2e4-0bc4-4638-8e34-c84a417ba39b']}
        """,
        List.of("client_certificate"));
  }

  @Test
  void a_route_comes_back_as_it_was_stored() {
    ObjectNode service = service("target");
    insert(SERVICES, service);
    comesBack(
        ROUTES,
        """
        {'created_at':1700000000,'updated_at':1700000001,'name':'r','protocols':['https','http'],
         'https_redirect_status_code':308,'strip_path':false,'preserve_host':true,'request_buffering':false,
         'response_buffering':false,'tags':['t'],'service':{'id':'%s'},'snis':['a.example'],
         'sources':[{'ip':'10.0.0.0/8','port':null}],'destinations':[{'ip':null,'port':9000}],
         'methods':['GET','PURGE'],'hosts':['*.example.com','b'],'paths':['/a','~/b/(?<n>\\\\d+)$'],
         'headers':{'X-Zeta':['1','2'],'x-alpha':['ü']},'regex_priority':-5000000000,'path_handling':'v1'}
        """
            .formatted(id(service)),
        List.of());
  }

  @Test
  void a_consumer_comes_back_as_it_was_stored() {
    comesBack(
        CONSUMERS,
        "{'created_at':1,'updated_at':2,'username':'Bob \uD83D\uDE00','custom_id':'#7','tags':[]}",
        List.of());
  }

  @Test
  void a_plugin_comes_back_as_it_was_stored() {
    ObjectNode service = service("s");
    ObjectNode route = route(service);
    ObjectNode consumer = consumer("c");
    insert(SERVICES, service);
    insert(ROUTES, route);
    insert(CONSUMERS, consumer);
    comesBack(
        PLUGINS,
        """
        {'name':'rate-limiting','instance_name':'one','created_at':1,'updated_at':2,'route':{'id':'%s'},
         'service':{'id':'%s'},'consumer':{'id':'%s'},
         'config':{'minute':5,'ratio':0.25,'big':12345678901,'nested':{'z':null,'a':[1,{'b':[]}]},'text':'\\u0000é'},
         'protocols':['grpc'],'enabled':false,'tags':['t']}
        """
            .formatted(id(route), id(service), id(consumer)),
        List.of());
  }

  @Test
  void a_jwt_secret_comes_back_as_it_was_stored() {
    ObjectNode consumer = consumer("c");
    insert(CONSUMERS, consumer);
    comesBack(
        JWT_SECRETS,
        """
        {'created_at':1,'consumer':{'id':'%s'},'key':'k','secret':'s','rsa_public_key':'-----BEGIN\\n',
         'algorithm':'RS256','tags':['t']}
        """
            .formatted(id(consumer)),
        List.of());
  }

  @Test
  void an_upstream_comes_back_as_it_was_stored() {
    comesBack(
        UPSTREAMS,
        """
        {'created_at':1,'updated_at':2,'name':'u.test','algorithm':'consistent-hashing','hash_on':'header',
         'hash_fallback':'cookie','hash_on_header':'X-A','hash_fallback_header':'X-B','hash_on_cookie':'c',
         'hash_on_cookie_path':'/x','hash_on_query_arg':'q','hash_fallback_query_arg':'r',
         'hash_on_uri_capture':'1','hash_fallback_uri_capture':'2','slots':100,
         'healthchecks':{'threshold':33.3,'active':{'headers':{'a':['b']},'https_sni':null}},
         'tags':['t'],'host_header':'hh.test:8080','use_srv_name':true}
        """,
        List.of("client_certificate"));
  }

  @Test
  void a_target_comes_back_with_the_milliseconds_of_its_instants() {
    ObjectNode upstream = upstream("u.test");
    insert(UPSTREAMS, upstream);
    comesBack(
        TARGETS,
        """
        {'created_at':1700000000.123,'updated_at':1700000001,'upstream':{'id':'%s'},
         'target':'a.test:80','weight':0,'tags':['t']}
        """
            .formatted(id(upstream)),
        List.of());
  }

  @Test
  void nulls_come_back_as_nulls() {
    for (EntitySpec spec :
        List.of(SERVICES, ROUTES, CONSUMERS, PLUGINS, JWT_SECRETS, UPSTREAMS, TARGETS)) {
      ObjectNode entity = entity(spec, "{}");
      insert(spec, entity);
      assertThat(store.find(spec, id(entity))).contains(entity);
    }
  }

  /** Inserted, found, replaced by its nulls, found again, and gone. */
  private void comesBack(EntitySpec spec, String json, List<String> nulls) {
    ObjectNode entity = entity(spec, json);
    entity
        .properties()
        .forEach(
            field ->
                assertThat(field.getValue().isNull())
                    .as(field.getKey())
                    .isEqualTo(nulls.contains(field.getKey())));
    insert(spec, entity);

    ObjectNode found = store.find(spec, id(entity)).orElseThrow();
    assertThat(found).isEqualTo(entity);
    assertThat(text(found)).isEqualTo(text(entity));

    ObjectNode emptied = entity(spec, "{'id':'" + id(entity) + "'}");
    assertThat(store.write(writing -> writing.update(spec, emptied)).value()).isTrue();
    assertThat(store.find(spec, id(entity))).contains(emptied);
    assertThat(store.write(writing -> writing.update(spec, entity)).value()).isTrue();
    assertThat(store.find(spec, id(entity))).contains(entity);

    assertThat(store.write(writing -> writing.delete(spec, id(entity))).value()).isTrue();
    assertThat(store.find(spec, id(entity))).isEmpty();
    assertThat(store.tags(null, 100, null).rows()).isEmpty();
  }

  @Test
  void what_is_not_there_is_neither_found_nor_updated_nor_deleted() {
    UUID nobody = UUID.randomUUID();
    assertThat(store.find(SERVICES, nobody)).isEmpty();
    assertThat(store.findBy(SERVICES, "name", "nobody")).isEmpty();
    Written<Boolean> deleted = store.write(writing -> writing.delete(SERVICES, nobody));
    Written<Boolean> updated = store.write(writing -> writing.update(SERVICES, service("x")));

    assertThat(deleted).isEqualTo(new Written<>(false, 0));
    assertThat(updated).isEqualTo(new Written<>(false, 0));
  }

  @Test
  void a_row_is_found_by_its_unique_field() {
    ObjectNode service = service("by-name");
    insert(SERVICES, service);
    insert(SERVICES, service(null));

    assertThat(store.findBy(SERVICES, "name", "by-name")).contains(service);
    assertThat(store.findBy(SERVICES, "name", "By-Name")).isEmpty();
  }

  @Test
  void a_taken_id_is_a_primary_key_violation_even_when_the_name_is_taken_too() {
    ObjectNode service = service("taken");
    insert(SERVICES, service);

    StoreException.PrimaryKeyViolation refused =
        refused(StoreException.PrimaryKeyViolation.class, () -> insert(SERVICES, service));
    assertThat(refused.id()).isEqualTo(id(service));
    assertThat(refused.entity()).isEqualTo("services");
  }

  @Test
  void a_taken_name_is_a_unique_violation_on_insert_and_on_update() {
    insert(SERVICES, service("taken"));
    ObjectNode other = service("free");
    insert(SERVICES, other);

    StoreException.UniqueViolation inserted =
        refused(StoreException.UniqueViolation.class, () -> insert(SERVICES, service("taken")));
    assertThat(inserted.entity()).isEqualTo("services");
    assertThat(text(inserted.fields())).isEqualTo("{\"name\":\"taken\"}");
    StoreException.UniqueViolation updated =
        refused(
            StoreException.UniqueViolation.class,
            () -> store.write(writing -> writing.update(SERVICES, other.put("name", "taken"))));
    assertThat(text(updated.fields())).isEqualTo("{\"name\":\"taken\"}");
  }

  @Test
  void each_unique_field_is_told_apart() {
    ObjectNode consumer = consumer("u").put("custom_id", "c");
    insert(CONSUMERS, consumer);
    insert(JWT_SECRETS, secret(consumer, "k \" violation: \"x_pkey"));
    insert(PLUGINS, plugin("a").put("instance_name", "i"));

    assertThat(clash(CONSUMERS, consumer("u"))).isEqualTo("{\"username\":\"u\"}");
    assertThat(clash(CONSUMERS, consumer("v").put("custom_id", "c")))
        .isEqualTo("{\"custom_id\":\"c\"}");
    assertThat(clash(JWT_SECRETS, secret(consumer, "k \" violation: \"x_pkey")))
        .isEqualTo("{\"key\":\"k \\\" violation: \\\"x_pkey\"}");
    assertThat(clash(PLUGINS, plugin("b").put("instance_name", "i")))
        .isEqualTo("{\"instance_name\":\"i\"}");
  }

  @Test
  void one_plugin_name_may_stand_once_in_each_scope() {
    ObjectNode service = service("s");
    ObjectNode route = route(service);
    insert(SERVICES, service);
    insert(ROUTES, route);
    insert(PLUGINS, plugin("jwt"));
    insert(PLUGINS, plugin("cors"));
    insert(PLUGINS, refer(plugin("jwt"), "service", service));
    insert(PLUGINS, refer(plugin("jwt"), "route", route));
    insert(PLUGINS, refer(refer(plugin("jwt"), "route", route), "service", service));

    assertThat(clash(PLUGINS, plugin("jwt")))
        .isEqualTo("{\"name\":\"jwt\",\"route\":null,\"service\":null,\"consumer\":null}");
    assertThat(clash(PLUGINS, refer(plugin("jwt"), "service", service)))
        .isEqualTo(
            "{\"name\":\"jwt\",\"route\":null,\"service\":{\"id\":\"%s\"},\"consumer\":null}"
                .formatted(id(service)));
  }

  @Test
  void a_target_is_unique_within_its_upstream() {
    ObjectNode one = upstream("one.test");
    ObjectNode other = upstream("other.test");
    insert(UPSTREAMS, one);
    insert(UPSTREAMS, other);
    insert(TARGETS, target(one, "a.test:80"));
    insert(TARGETS, target(other, "a.test:80"));
    insert(TARGETS, target(one, "a.test:81"));

    assertThat(clash(TARGETS, target(one, "a.test:80")))
        .isEqualTo("{\"upstream\":{\"id\":\"%s\"},\"target\":\"a.test:80\"}".formatted(id(one)));
  }

  @Test
  void a_reference_must_lead_somewhere() {
    ObjectNode nowhere = service("never stored");
    StoreException.ForeignKeyViolation refused =
        refused(StoreException.ForeignKeyViolation.class, () -> insert(ROUTES, route(nowhere)));
    assertThat(refused.field()).isEqualTo("service");
    assertThat(refused.target()).isEqualTo("services");
    assertThat(refused.id()).isEqualTo(id(nowhere));

    ObjectNode withCertificate = refer(service("c"), "client_certificate", nowhere);
    StoreException.ForeignKeyViolation certificate =
        refused(StoreException.ForeignKeyViolation.class, () -> insert(SERVICES, withCertificate));
    assertThat(certificate.field()).isEqualTo("client_certificate");
    assertThat(certificate.target()).isEqualTo("certificates");
  }

  @Test
  void a_service_with_routes_is_not_deleted() {
    ObjectNode service = service("s");
    insert(SERVICES, service);
    insert(ROUTES, route(service));
    insert(PLUGINS, tagged(refer(plugin("jwt"), "service", service), "t"));

    StoreException.StillReferenced refused =
        refused(
            StoreException.StillReferenced.class,
            () -> store.write(writing -> writing.delete(SERVICES, id(service))));
    assertThat(refused.by()).isEqualTo("routes");
    assertThat(refused.entity()).isEqualTo("services");
    assertThat(store.page(PLUGINS, PageQuery.first(10)).rows()).hasSize(1);
    assertThat(store.tags("t", 10, null).rows()).hasSize(1);
  }

  @Test
  void a_consumer_takes_its_plugins_and_credentials_with_it() {
    ObjectNode consumer = consumer("c");
    ObjectNode other = consumer("other");
    insert(CONSUMERS, consumer);
    insert(CONSUMERS, other);
    insert(PLUGINS, tagged(refer(plugin("jwt"), "consumer", consumer), "t"));
    insert(JWT_SECRETS, tagged(secret(consumer, "k"), "t"));
    ObjectNode stays = secret(other, "k2");
    insert(JWT_SECRETS, stays);

    store.write(writing -> writing.delete(CONSUMERS, id(consumer)));

    assertThat(store.page(PLUGINS, PageQuery.first(10)).rows()).isEmpty();
    assertThat(store.page(JWT_SECRETS, PageQuery.first(10)).rows()).containsExactly(stays);
    assertThat(store.tags("t", 10, null).rows()).isEmpty();
  }

  @Test
  void an_upstream_takes_its_targets_with_it() {
    ObjectNode upstream = upstream("u.test");
    ObjectNode other = upstream("other.test");
    insert(UPSTREAMS, upstream);
    insert(UPSTREAMS, other);
    insert(TARGETS, tagged(target(upstream, "a.test:80"), "t"));
    ObjectNode stays = target(other, "a.test:80");
    insert(TARGETS, stays);

    store.write(writing -> writing.delete(UPSTREAMS, id(upstream)));

    assertThat(store.page(TARGETS, PageQuery.first(10)).rows()).containsExactly(stays);
    assertThat(store.tags("t", 10, null).rows()).isEmpty();
  }

  @Test
  void a_certificate_stays_while_an_upstream_shows_it() {
    EntitySpec certificates =
        SPECS.stream().filter(spec -> spec.name().equals("certificates")).findFirst().orElseThrow();
    ObjectNode certificate = entity(certificates, "{'cert':'c','key':'k'}");
    insert(certificates, certificate);
    insert(UPSTREAMS, refer(upstream("u.test"), "client_certificate", certificate));

    StoreException.StillReferenced refused =
        refused(
            StoreException.StillReferenced.class,
            () -> store.write(writing -> writing.delete(certificates, id(certificate))));
    assertThat(refused.by()).isEqualTo("upstreams");
  }

  @Test
  void an_exception_undoes_the_whole_transaction() {
    ObjectNode service = tagged(service("first"), "t");
    assertThatThrownBy(
            () ->
                store.write(
                    writing -> {
                      writing.insert(SERVICES, service);
                      throw new IllegalStateException("changed my mind");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("changed my mind");
    assertThat(store.find(SERVICES, id(service))).isEmpty();
    assertThat(store.tags(null, 10, null).rows()).isEmpty();
    assertThat(store.write(writing -> 0)).isEqualTo(new Written<>(0, 0));
  }

  @Test
  void a_failure_undoes_the_whole_transaction_even_when_it_is_caught() {
    insert(SERVICES, service("taken"));
    ObjectNode service = service("first");

    assertThatThrownBy(
            () ->
                store.write(
                    writing -> {
                      writing.insert(SERVICES, service);
                      try {
                        writing.insert(SERVICES, service("taken"));
                      } catch (StoreException ignored) {
                        // as a careless caller might
                      }
                      return 0;
                    }))
        .isInstanceOf(StoreException.UniqueViolation.class);
    assertThat(store.find(SERVICES, id(service))).isEmpty();
  }

  @Test
  void a_transaction_sees_what_it_wrote_and_others_do_not() {
    ObjectNode service = service("mine");
    store.write(
        writing -> {
          writing.insert(SERVICES, service);
          assertThat(writing.find(SERVICES, id(service))).contains(service);
          assertThat(store.find(SERVICES, id(service))).isEmpty();
          return 0;
        });
    assertThat(store.find(SERVICES, id(service))).contains(service);
  }

  @Test
  void a_read_transaction_sees_one_moment() {
    insert(SERVICES, service("before"));
    store.read(
        reading -> {
          assertThat(reading.findBy(SERVICES, "name", "before")).isPresent();
          insert(SERVICES, service("meanwhile"));
          insert(CONSUMERS, consumer("meanwhile"));
          assertThat(reading.findBy(SERVICES, "name", "meanwhile")).isEmpty();
          assertThat(reading.findBy(CONSUMERS, "username", "meanwhile")).isEmpty();
          return 0;
        });
    assertThat(store.findBy(SERVICES, "name", "meanwhile")).isPresent();
  }

  @Test
  void tags_keep_their_order_and_are_listed_by_tag() {
    ObjectNode service = tagged(service("s"), "b", "a");
    ObjectNode consumer = tagged(consumer("c"), "a");
    insert(SERVICES, service);
    insert(CONSUMERS, consumer);

    TagPage.Row consumerA = new TagPage.Row("a", "consumers", id(consumer));
    TagPage.Row serviceA = new TagPage.Row("a", "services", id(service));
    TagPage.Row serviceB = new TagPage.Row("b", "services", id(service));
    assertThat(store.tags(null, 10, null))
        .isEqualTo(new TagPage(List.of(consumerA, serviceA, serviceB), null));
    assertThat(store.tags("a", 10, null))
        .isEqualTo(new TagPage(List.of(consumerA, serviceA), null));
    assertThat(store.tags("none", 10, null)).isEqualTo(new TagPage(List.of(), null));
    assertThat(store.tags(null, 2, null))
        .isEqualTo(new TagPage(List.of(consumerA, serviceA), serviceA));
    assertThat(store.tags(null, 2, serviceA)).isEqualTo(new TagPage(List.of(serviceB), null));

    store.write(writing -> writing.update(SERVICES, tagged(service, "c")));
    assertThat(store.tags(null, 10, null).rows())
        .containsExactly(consumerA, new TagPage.Row("c", "services", id(service)));
  }

  @Test
  void plugin_names_in_use_are_each_told_once() {
    ObjectNode service = service("s");
    insert(SERVICES, service);
    insert(PLUGINS, plugin("jwt"));
    insert(PLUGINS, refer(plugin("jwt"), "service", service));
    insert(PLUGINS, plugin("cors"));

    assertThat(store.pluginNamesInUse()).containsExactlyInAnyOrder("cors", "jwt");
    assertThat(store.reachable()).isTrue();
  }

  private void insert(EntitySpec spec, ObjectNode entity) {
    store.write(
        writing -> {
          writing.insert(spec, entity);
          return 0;
        });
  }

  private String clash(EntitySpec spec, ObjectNode entity) {
    return text(refused(StoreException.UniqueViolation.class, () -> insert(spec, entity)).fields());
  }

  private static <E extends StoreException> E refused(Class<E> kind, ThrowingCallable call) {
    return catchThrowableOfType(kind, call);
  }

  private static String text(JsonNode node) {
    return JsonMapper.shared().writeValueAsString(node);
  }
}
