package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bill of materials next to the jars: CycloneDX. */
@Tag("process")
@Tag("slow")
class SbomIT {

  /** Two of BSD have no name of SPDX's in the POM: jmustache's, and RE2/J's, which is Go's. */
  private static final Set<String> LICENCES =
      Set.of(
          "Apache-2.0",
          "MIT",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "The (New) BSD License",
          "Go License");

  /** Whose classes lie where in the jar. */
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("io/prumerge/", "prumerge-udfs"),
          Map.entry("io/prumerge/shaded/gson/", "gson"),
          Map.entry("io/prumerge/shaded/re2j/", "re2j"),
          Map.entry("io/prumerge/shaded/commons/compress/", "commons-compress"),
          Map.entry("ai/djl/", "api"),
          Map.entry("ai/djl/pytorch/", "pytorch-engine"),
          Map.entry("ai/djl/huggingface/", "tokenizers"),
          Map.entry("ai/djl/engine/rust/", "tokenizers"),
          Map.entry("com/github/weisj/", "jsvg"),
          Map.entry("com/luciad/imageio/", "webp-imageio"),
          Map.entry("com/samskivert/mustache/", "jmustache"),
          Map.entry("com/sun/jna/", "jna"),
          Map.entry("org/duckdb/", "duckdb_jdbc"),
          Map.entry("kotlin/", "kotlin-stdlib"),
          Map.entry("picocli/", "picocli"));

  /** What has no classes, or only such as compilers read, which the jar leaves out. */
  private static final List<String> WITHOUT_CLASSES =
      List.of(
          "annotations",
          "echarts",
          "error_prone_annotations",
          "pytorch-jni",
          "pytorch-native-cpu",
          "tabulator-tables");

  private static List<JsonNode> components() throws IOException {
    List<JsonNode> components = new ArrayList<>();
    new ObjectMapper()
        .readTree(Path.of(System.getProperty("sbom")).toFile())
        .get("components")
        .forEach(components::add);
    return components;
  }

  private static Set<String> owners() throws IOException {
    Set<String> owners = new TreeSet<>();
    try (ZipFile jar = new ZipFile(System.getProperty("cpu.jar"))) {
      for (String name : jar.stream().map(ZipEntry::getName).toList()) {
        if (name.endsWith(".class")) {
          String place = name.replaceFirst("^META-INF/versions/\\d+/", "");
          String nearest =
              CLASSES.keySet().stream()
                  .filter(place::startsWith)
                  .max(Comparator.comparingInt(String::length))
                  .orElseThrow(() -> new AssertionError("Nobody's: " + name));
          owners.add(CLASSES.get(nearest));
        }
      }
    }
    return owners;
  }

  @Test
  void listsWhatIsInTheJar() throws IOException {
    Set<String> expected = owners();
    expected.addAll(WITHOUT_CLASSES);

    assertThat(components())
        .extracting(component -> component.get("name").asText())
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(components())
        .allSatisfy(
            component ->
                assertThat(component.get("hashes").findValuesAsText("alg")).contains("SHA-256"));
  }

  /** Of a choice of licences one is enough. */
  @Test
  void everythingMayBeShipped() throws IOException {
    for (JsonNode component : components()) {
      List<String> licences = new ArrayList<>();
      for (JsonNode choice : component.path("licenses")) {
        JsonNode licence = choice.path("license");
        licences.add(licence.path("id").asText(licence.path("name").asText()));
      }
      assertThat(licences).as("%s", component.get("purl")).anyMatch(LICENCES::contains);
    }
  }

  /** CycloneDX's states and justifications of an analysis, of its schema 1.6. */
  @Test
  void saysOfEachKnownVulnerabilityWhetherItReachesUs() throws IOException {
    JsonNode vex = new ObjectMapper().readTree(Path.of(System.getProperty("vex")).toFile());
    assertThat(vex.toString()).as("a token that nothing fills").doesNotContain("@djl", "@@");
    Set<String> shipped = new TreeSet<>();
    components().forEach(component -> shipped.add(component.get("bom-ref").asText()));
    Set<String> named = new TreeSet<>();
    for (JsonNode component : vex.get("components")) {
      named.add(component.get("bom-ref").asText());
      if (component.path("scope").asText().isEmpty()) {
        assertThat(shipped).contains(component.get("bom-ref").asText());
      } else {
        assertThat(shipped)
            .as("only in Spark's distribution")
            .noneMatch(one -> one.contains(component.get("name").asText() + "@"));
      }
    }
    Set<String> affected = new TreeSet<>();
    for (JsonNode known : vex.get("vulnerabilities")) {
      JsonNode analysis = known.get("analysis");
      assertThat(known.get("id").asText()).matches("CVE-\\d{4}-\\d{4,}");
      assertThat(analysis.get("state").asText()).isIn("resolved", "not_affected", "exploitable");
      assertThat(analysis.has("justification"))
          .isEqualTo(analysis.get("state").asText().equals("not_affected"));
      assertThat(analysis.get("detail").asText()).isNotBlank();
      known.get("affects").forEach(one -> affected.add(one.get("ref").asText()));
    }
    assertThat(affected).isEqualTo(named);
  }
}
