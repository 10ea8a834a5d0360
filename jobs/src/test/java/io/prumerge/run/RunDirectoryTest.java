package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.prumerge.console.Failure;
import io.prumerge.console.Wording;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

  static final Environment ENVIRONMENT =
      Environment.builder()
          .codeVersion("1")
          .codeCommit("c")
          .codeSha256("d")
          .libtorchVersion("2.7.1")
          .mklOnAmd("on")
          .packedWeights("on")
          .javaVersion("17")
          .dtype("fp32")
          .build();

  private static final String LINE =
      "{\"model\":\"file:/m/llava\",\"examples\":[\"file:/e\"],\"methods\":[\"none\",\"prumerge\"],"
          + "\"device\":\"cpu\",\"dtype\":\"fp32\",\"quantize\":\"none\",\"image_aspect\":\"auto\","
          + "\"conversation\":\"vicuna_v1\",\"reduce_by\":\"each\",\"answer_by\":\"text\",\"limit\":0,\"max_new_tokens\":0,"
          + "\"timing\":\"shared\",\"timing_batch\":1,"
          + "\"min_pixels\":0,\"max_pixels\":0,\"square\":0,"
          + "\"config_sha256\":\"c\",\"tokenizer_sha256\":\"t\",\"weights_sha256\":\"w\",\"clips\":{},"
          + "\"endpoint_version\":\"\",\"video_as\":\"\",\"mrope\":\"transformers\",\"servers\":[],\"protocol\":\"\",\"examples_sha256\":\"e\",\"examples_files_sha256\":\"f\","
          + "\"prompts_sha256\":\"p\"}";

  static final RunConfiguration CONFIGURATION = Json.read(LINE, RunConfiguration.class);

  @TempDir private java.nio.file.Path folder;

  private RunDirectory directory;

  private static final ChunkCounts COUNTS = new ChunkCounts("run", 6, 0, 4);

  @BeforeEach
  void open() throws IOException {
    Path root = new Path(folder.resolve("run").toUri());
    directory = new RunDirectory(root, root.getFileSystem(new Configuration()));
  }

  @Test
  void goesFromAbsentToFinished() throws IOException {
    assertThat(directory.state()).isEqualTo(RunState.ABSENT);

    Manifests manifest = Manifests.begin(2, RunDirectoryTest.ENVIRONMENT, List.of(CONFIGURATION));
    directory.begin(manifest);
    assertThat(directory.state()).isEqualTo(RunState.UNFINISHED);
    assertThat(directory.manifests()).isEqualTo(manifest);
    assertThat(Files.readString(folder.resolve("run/manifest.json")))
        .contains("\"run_id\" : \"" + manifest.ids(), "\"image_aspect\" : \"auto\"");

    Manifests two =
        Manifests.begin(2, RunDirectoryTest.ENVIRONMENT, List.of(CONFIGURATION, CONFIGURATION));
    Path other = new Path(folder.resolve("two").toUri());
    RunDirectory several = new RunDirectory(other, other.getFileSystem(new Configuration()));
    several.begin(two);
    assertThat(several.manifests()).as("a run per model").isEqualTo(two);

    assertThat(directory.committed()).isEmpty();
    Path lost = directory.attempt(1);
    Path attempt = directory.attempt(1);
    assertThat(attempt).isNotEqualTo(lost);
    directory.commit(1, attempt, COUNTS);
    assertThat(directory.committed()).containsOnlyKeys(1).containsValue(attempt);

    Files.createFile(folder.resolve("run/_COMPLETE"));
    assertThat(directory.state()).isEqualTo(RunState.FINISHED);
  }

  @Test
  void ofTwoAttemptsAtAChunkTheFirstMarkerStands() throws IOException {
    Path first = made(directory.attempt(0));
    Path second = made(directory.attempt(0));
    directory.commit(0, first, COUNTS);

    directory.commit(0, second, COUNTS);
    directory.commit(0, first, COUNTS);

    assertThat(directory.committed()).containsOnlyKeys(0).containsValue(first);
    assertThat(folder.resolve("run/_chunks").toFile().list())
        .as("neither the attempt that came second nor a temporary file is left")
        .containsExactlyInAnyOrder(
            first.getName(), "committed-00000.json", ".committed-00000.json.crc");
  }

  private static Path made(Path attempt) throws IOException {
    Files.createDirectories(java.nio.file.Path.of(attempt.toUri()));
    return attempt;
  }

  @Test
  void isBegunOnce() throws IOException {
    directory.begin(Manifests.begin(1, RunDirectoryTest.ENVIRONMENT, List.of(CONFIGURATION)));

    assertThatThrownBy(
            () ->
                directory.begin(
                    Manifests.begin(1, RunDirectoryTest.ENVIRONMENT, List.of(CONFIGURATION))))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("is another run writing to this folder?");
  }

  @Test
  void knowsAFolderThatIsNoRunAndATruncatedManifest() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    assertThat(directory.state()).as("empty").isEqualTo(RunState.ABSENT);
    directory.leases().write(LeaseHolder.here("app-1"));
    Files.writeString(folder.resolve("run/.manifest.json.0a1b"), "{\"run_id");
    assertThat(directory.state())
        .as("leftovers of a driver that died at its start")
        .isEqualTo(RunState.ABSENT);

    Files.writeString(folder.resolve("run/notes.txt"), "mine");
    assertThat(directory.state()).isEqualTo(RunState.FOREIGN);

    Files.writeString(folder.resolve("run/manifest.json"), "{\"run_id\": \"x");
    assertThatThrownBy(() -> directory.manifests())
        .isInstanceOf(Failure.class)
        .hasMessageContaining("manifest.json");
  }

  /** Changes a file like an editor, which leaves the checksum file alone. */
  private void change(String file, String from, String to) throws IOException {
    java.nio.file.Path path = folder.resolve("run").resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.deleteIfExists(path.resolveSibling("." + path.getFileName() + ".crc"));
    Files.writeString(path, text.replaceFirst(Pattern.quote(from), to));
  }

  private String manifestProblem(String from, String to) throws IOException {
    Files.deleteIfExists(folder.resolve("run/manifest.json"));
    directory.begin(Manifests.begin(2, RunDirectoryTest.ENVIRONMENT, List.of(CONFIGURATION)));
    change("manifest.json", from, to);
    Throwable problem = catchThrowable(() -> directory.manifests());
    assertThat(problem).isInstanceOf(Failure.class);
    assertThat(problem)
        .hasMessageStartingWith("Cannot read %s/manifest.json: ".formatted(directory.root()))
        .hasMessageEndingWith("; restore the original file, or start again in a new folder");
    return problem.getMessage();
  }

  @Test
  void saysWhatIsWrongWithAManifest() throws IOException {
    assertThat(manifestProblem("\"chunks\" : 2", "\"chunks\" : 0"))
        .contains("chunks is 0, expected 1 or more");
    assertThat(manifestProblem("\"chunks\" : 2,", "")).contains("'chunks'");
    assertThat(manifestProblem("\"chunks\" : 2", "\"chunks\" : 2.5")).contains("2.5");
    assertThat(manifestProblem("\"started_at\" : \"", "\"started_at\" : \"on "))
        .contains("started_at is 'on 20", "expected a time like 2026-01-31T12:00:00Z");
    assertThat(manifestProblem("\"file:/e\"", "null")).contains("examples");
    assertThat(manifestProblem("\"dtype\" : \"fp32\"", "\"dtype\" : null")).contains("dtype");
    assertThat(manifestProblem("{", "[null, {")).isNotEmpty();
    assertThat(manifestProblem("{", "[] {")).isNotEmpty();
    assertThat(manifestProblem("{", "null {")).isNotEmpty();
  }

  @Test
  void refusesAFileThatItsChecksumDoesNotKnow() throws IOException {
    directory.begin(Manifests.begin(2, RunDirectoryTest.ENVIRONMENT, List.of(CONFIGURATION)));
    java.nio.file.Path manifest = folder.resolve("run/manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace("cpu", "gpu"));

    assertThatThrownBy(() -> directory.manifests())
        .isInstanceOf(Failure.class)
        .hasMessageContaining("/manifest.json: Checksum error: ")
        .hasMessageContaining("restore the original file");
  }

  @Test
  void saysWhatIsWrongWithAMarker() throws IOException {
    for (String[] change :
        new String[][] {
          {"{", ""},
          {"\"chunk\" : 3", "\"chunk\" : 4"},
          {"chunk-00003-", "chunk-00004-"},
          {"\"chunk-00003-", "\"../../another/chunk-00003-"},
          {"\"attempt\" : \"", "\"attempt\" : null, \"was\" : \""},
          {"\"answers\" : 6", "\"answers\" : \"six\""},
        }) {
      directory.commit(3, directory.attempt(3), COUNTS);
      change("_chunks/committed-00003.json", change[0], change[1]);

      assertThatThrownBy(() -> directory.committed())
          .as("%s", change[1])
          .isInstanceOf(Failure.class)
          .hasMessageContaining("/_chunks/committed-00003.json: ")
          .hasMessageEndingWith("; delete it to answer its chunk again");
      Files.delete(folder.resolve("run/_chunks/committed-00003.json"));
      assertThat(directory.committed()).isEmpty();
    }
  }

  @Test
  void anEditorsCopyIsNoMarker() throws IOException {
    Path attempt = directory.attempt(3);
    directory.commit(3, attempt, COUNTS);
    Files.writeString(folder.resolve("run/_chunks/committed-00003.json~"), "{");
    Files.writeString(folder.resolve("run/_chunks/committed-00004.json.bak"), "{");

    assertThat(directory.committed()).containsOnlyKeys(3).containsValue(attempt);
  }

  @Test
  void readsAManifestOfBeforeTheFormatHadANumberAndRefusesANewerOne() throws IOException {
    Manifests manifest = Manifests.begin(2, RunDirectoryTest.ENVIRONMENT, List.of(CONFIGURATION));
    directory.begin(manifest);
    change("manifest.json", "\"format\" : 3,", "");
    assertThat(directory.manifests().runs().get(0).format()).isEqualTo(1);
    assertThat(directory.manifests().ids()).isEqualTo(manifest.ids());

    change("manifest.json", "{", "{ \"format\" : 4, \"unheard_of\" : [],");
    assertThatThrownBy(() -> directory.manifests())
        .isInstanceOf(Failure.class)
        .hasMessage(
            "Cannot read %s/manifest.json: a newer version of prumerge-spark wrote it in format 4, and this one reads formats up to 3; update it",
            directory.root());

    Path root = directory.root();
    Files.writeString(folder.resolve("run/_COMPLETE"), "{\"format\": 4}");
    assertThatThrownBy(() -> directory.completed())
        .hasMessageStartingWith("Cannot read %s/_COMPLETE: a newer version", root);
  }

  @Test
  void aConfigurationIsFlatInJson() {
    assertThat(Json.line(CONFIGURATION)).isEqualTo(LINE);
    assertThat(Json.read(LINE, RunConfiguration.class)).isEqualTo(CONFIGURATION);
    String earlier =
        LINE.replace("\"quantize\":\"none\",", "")
            .replace("\"answer_by\":\"text\",", "")
            .replace("\"video_as\":\"\",", "")
            .replace("\"mrope\":\"transformers\",", "")
            .replace("\"servers\":[],", "")
            .replace("\"protocol\":\"\",", "")
            .replace("\"timing\":\"shared\",\"timing_batch\":1,", "");
    assertThat(Json.read(earlier, RunConfiguration.class)).isEqualTo(CONFIGURATION);
    String elsewhere = earlier.replace("file:/m/llava", "openai:https://a/v1#m");
    assertThat(Json.line(Json.read(elsewhere, RunConfiguration.class)))
        .contains("\"video_as\":\"pictures\"");
  }

  @Test
  void namesEveryDifferenceOfAConfiguration() {
    Map<String, Object> other = Json.fields(CONFIGURATION);
    other.put("methods", List.of("none"));
    other.put("dtype", "bf16");
    other.put("quantize", "int8");
    other.put("reduce_by", "first");
    other.put("answer_by", "letter-logits");
    other.put("timing", "alone");
    other.put("timing_batch", 4);
    other.put("video_as", "frames");
    other.put("mrope", "published");
    other.put("servers", List.of("small=openai:https://b/v1#m"));
    other.put("protocol", "lmms-eval:8");

    assertThat(CONFIGURATION.differences(CONFIGURATION)).isEmpty();
    assertThat(Wording.join("; ", CONFIGURATION.differences(other)).onCommandLine())
        .isEqualTo(
            "--method was [none, prumerge], is now [none]; --dtype was fp32, is now bf16;"
                + " --quantize was none, is now int8; --reduce-by was each, is now first;"
                + " --answer-by was text, is now letter-logits; --timing was shared, is now alone;"
                + " --timing-batch was 1, is now 4; --video-as was , is now frames; --mrope was transformers, is now published; --as was [], is now [small=openai:https://b/v1#m];"
                + " protocol was , is now lmms-eval:8");
  }

  /** Nobody knows a former file by its hash. */
  @Test
  void changedFilesAreNamedInPlaceOfHashes() {
    assertThat(differences("weights_sha256", "examples_sha256", "prompts_sha256"))
        .containsExactlyInAnyOrder(
            "the weights of %s were changed (weights_sha256); restore them, or start in a new folder"
                .formatted(CONFIGURATION.model()),
            "the questions or pictures of %s were changed; restore them, or start in a new folder"
                .formatted(CONFIGURATION.examples()));
    assertThat(differences("examples_sha256", "limit"))
        .as("more questions")
        .containsExactly("--limit was 0, is now other");
    assertThat(differences("model", "weights_sha256", "config_sha256"))
        .as("of another model")
        .containsExactly("--model was %s, is now other".formatted(CONFIGURATION.model()));
  }

  private static List<String> differences(String... names) {
    Map<String, Object> others = new TreeMap<>(Json.fields(CONFIGURATION));
    Stream.of(names).forEach(name -> others.put(name, "other"));
    return CONFIGURATION.differences(others).stream().map(Wording::onCommandLine).toList();
  }
}
