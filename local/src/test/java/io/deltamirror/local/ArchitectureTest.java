package io.deltamirror.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the house and who may use what ({@code docs/architecture.md}). */
@AnalyzeClasses(packages = "io.deltamirror", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String CORE = "io.deltamirror.core..";
  private static final String LAKE = "io.deltamirror.lake..";
  private static final String WORKER = "io.deltamirror.worker..";
  private static final String FUNCTIONS = "io.deltamirror.functions..";
  private static final String LOCAL = "io.deltamirror.local..";

  @ArchTest
  static final ArchRule coreUsesNoOtherRoom =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              LAKE,
              WORKER,
              FUNCTIONS,
              LOCAL,
              "io.delta..",
              "org.apache.parquet..",
              "org.apache.hadoop..",
              "io.debezium..",
              "org.apache.kafka..");

  @ArchTest
  static final ArchRule lakeUsesCoreAlone =
      noClasses()
          .that()
          .resideInAPackage(LAKE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              WORKER,
              FUNCTIONS,
              LOCAL,
              "io.debezium..",
              "org.apache.kafka..",
              "com.azure.messaging..",
              "com.microsoft.azure.functions..");

  @ArchTest
  static final ArchRule workerHasNoLake =
      noClasses()
          .that()
          .resideInAPackage(WORKER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              LAKE, FUNCTIONS, LOCAL, "io.delta..", "org.apache.parquet..", "org.apache.hadoop..");

  @ArchTest
  static final ArchRule functionsDoNotKnowWhereTheyRun =
      noClasses()
          .that()
          .resideInAPackage(FUNCTIONS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(WORKER, LOCAL, "io.delta..", "org.apache.parquet..");

  @ArchTest
  static final ArchRule onePackageTouchesKernelsInternals =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.deltamirror.lake.delta..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.delta.kernel.internal..", "io.delta.kernel.defaults.internal..");

  @ArchTest
  static final ArchRule verifyReadsByItsOwnPath =
      noClasses()
          .that()
          .resideInAPackage("io.deltamirror.lake.verify..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.deltamirror.lake.apply..",
              "io.deltamirror.lake.copy..",
              "io.deltamirror.lake.delta..",
              "io.deltamirror.lake.parquet..");

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      noClasses()
          .should()
          .haveNameMatching(".*(\\.(util|common|helper|misc)\\..*|(Util|Utils|Helper|Manager))");
}
