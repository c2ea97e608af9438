package io.portcullis.app;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of the module map that the compiler cannot hold. */
class ArchitectureTest {
  private static final JavaClasses GATEWAY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.portcullis");

  @Test
  void packages_have_no_cycles() {
    slices().matching("io.portcullis.(**)").should().beFreeOfCycles().check(GATEWAY);
  }

  @Test
  void only_the_store_speaks_sql() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.portcullis.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.jooq..", "java.sql..", "org.flywaydb..", "com.zaxxer..")
        .check(GATEWAY);
  }

  @Test
  void only_servers_and_clients_know_undertow() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.portcullis.proxy.server..",
            "io.portcullis.proxy.upstream..",
            "io.portcullis.proxy.wire..",
            "io.portcullis.admin.http..",
            "io.portcullis.app.demo..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.undertow..", "org.xnio..")
        .check(GATEWAY);
  }

  @Test
  void only_its_plugins_know_kafka() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.portcullis.plugins.kafkaupstream..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(GATEWAY);
  }

  @Test
  void core_knows_no_other_module() {
    noClasses()
        .that()
        .resideInAPackage("io.portcullis.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.portcullis.store..",
            "io.portcullis.proxy..",
            "io.portcullis.plugins..",
            "io.portcullis.admin..",
            "io.portcullis.app..")
        .check(GATEWAY);
  }

  @Test
  void the_data_plane_knows_neither_store_nor_a_named_plugin() {
    noClasses()
        .that()
        .resideInAPackage("io.portcullis.proxy..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.portcullis.store..", "io.portcullis.plugins..", "io.portcullis.admin..")
        .check(GATEWAY);
  }

  @Test
  void no_plugin_imports_another_plugins_package() {
    // No plugins: transform holds what the two transformers share, endpoint what those for
    // endpoints do, jose what those for tokens do, form what those that read bodies do, and
    // expression what those with CEL do.
    slices()
        .matching("io.portcullis.plugins.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            alwaysTrue(),
            resideInAnyPackage(
                "io.portcullis.plugins.transform",
                "io.portcullis.plugins.form",
                "io.portcullis.plugins.endpoint",
                "io.portcullis.plugins.jose",
                "io.portcullis.plugins.expression"))
        .check(GATEWAY);
  }

  @Test
  void there_is_no_mutable_static_state() {
    fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        .resideInAPackage("io.portcullis..")
        .should()
        .beFinal()
        .check(GATEWAY);
  }

  @Test
  void names_say_something() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)$|.*\\.(Abstract|Base)[A-Z]\\w*$")
        .check(GATEWAY);
  }

  @Test
  void every_package_is_null_marked() {
    List<String> unmarked =
        GATEWAY.getDefaultPackage().getSubpackagesInTree().stream()
            .filter(folder -> !folder.getClasses().isEmpty())
            .filter(folder -> folder.getName().startsWith("io.portcullis"))
            .filter(folder -> !folder.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();
    assertThat(unmarked).isEmpty();
  }

  @Test
  void handlers_of_plugins_are_not_reachable_by_name() {
    classes()
        .that()
        .resideInAPackage("io.portcullis.plugins..")
        .and()
        .haveSimpleNameEndingWith("Plugin")
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(GATEWAY);
  }
}
