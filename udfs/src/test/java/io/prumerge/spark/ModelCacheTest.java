package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.prumerge.config.CheckpointException;
import io.prumerge.host.HostLock;
import io.prumerge.location.HubCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The far file system is Hadoop's viewfs over a folder, which any URL but file: must act like. */
class ModelCacheTest {

  private static final String MODEL = "viewfs://far/llava";
  private static final String SHA256_OF_CONFIG =
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"; // {}

  @TempDir private Path temp;
  private Path source;
  private Path cache;
  private ModelCache models;

  @BeforeEach
  void prepare() throws IOException {
    source = Files.createDirectories(temp.resolve("far"));
    cache = temp.resolve("cache");
    Files.writeString(source.resolve("config.json"), "{}");
    Files.write(source.resolve("model.safetensors"), new byte[3_000_000]);
    Files.createDirectories(source.resolve("runs")); // folders inside are not the model's
    models = new ModelCache(Optional.of(cache), hadoop());
  }

  private Configuration hadoop() {
    Configuration hadoop = new Configuration();
    hadoop.setBoolean("fs.viewfs.impl.disable.cache", true);
    hadoop.set("fs.viewfs.mounttable.far.link./llava", source.toUri().toString());
    hadoop.set("fs.viewfs.mounttable.far.link./empty", temp.resolve("empty").toUri().toString());
    return hadoop;
  }

  @Test
  void pathsOfThisHostAreUsedInPlace() throws IOException {
    ModelCache none = new ModelCache(Optional.empty(), new Configuration());
    assertThat(none.local("/models/llava").base()).isEqualTo(Path.of("/models/llava"));
    assertThat(none.local("models/llava").base()).isEqualTo(Path.of("models/llava"));
    assertThat(none.local("file:///models/llava 7b").base()).isEqualTo(Path.of("/models/llava 7b"));
  }

  @Test
  void namesOnTheHubAreFoldersOfThisHostsCache() throws IOException {
    Path repo = temp.resolve("hub/models--openai--clip");
    Path snapshot = Files.createDirectories(repo.resolve("snapshots/" + "a".repeat(40)));
    Files.createDirectories(repo.resolve("refs"));
    Files.writeString(repo.resolve("refs/main"), "a".repeat(40));
    Files.writeString(snapshot.resolve("config.json"), "{\"model_type\": \"clip\"}");
    Files.createFile(snapshot.resolve("model.safetensors"));
    ModelCache named =
        new ModelCache(
            Optional.empty(),
            new Configuration(),
            (model, bytes, copying) -> {},
            new HubCache(temp.resolve("hub")));

    assertThat(named.folder("hf:openai/clip")).isEqualTo(snapshot);
    assertThat(named.folder("openai/clip")).isEqualTo(snapshot);
    assertThat(named.folder("openai/other")).isEqualTo(Path.of("openai/other"));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> named.folder("hf:openai/clip@v1"))
        .withMessageEndingWith("download it: hf download openai/clip --revision v1");
  }

  @Test
  void aWatcherSeesACopyComeAlong() throws IOException {
    List<Long> told = new ArrayList<>();
    ModelCache watched =
        new ModelCache(
            Optional.of(cache),
            hadoop(),
            (model, bytes, copying) -> {
              assertThat(model).isEqualTo(MODEL);
              told.add(bytes);
              copying.make(told::add);
            });
    watched.local(MODEL);

    assertThat(told.get(0)).isEqualTo(3_000_002);
    assertThat(told.stream().skip(1).mapToLong(Long::longValue).sum()).isEqualTo(3_000_002);
    assertThat(told).as("a file of three megabytes is not read at once").hasSizeGreaterThan(3);
    int seen = told.size();
    watched.local(MODEL);
    assertThat(told).as("the copy is there").hasSize(seen);
  }

  @Test
  void anotherFileSystemsModelIsCopiedOnce() throws IOException {
    Path copy = models.local(MODEL).base();
    assertThat(copy).hasParent(cache);
    assertThat(copy.getFileName().toString()).startsWith("llava-");
    assertThat(names(copy)).containsExactly("SHA256SUMS", "config.json", "model.safetensors");
    assertThat(copy.resolve("model.safetensors"))
        .hasSameBinaryContentAs(source.resolve("model.safetensors"));
    assertThat(copy.resolve("SHA256SUMS")).content().contains(SHA256_OF_CONFIG + "  config.json");
    FileTime made = Files.getLastModifiedTime(copy.resolve("config.json"));
    assertThat(models.local(MODEL).base()).isEqualTo(copy);
    assertThat(Files.getLastModifiedTime(copy.resolve("config.json"))).isEqualTo(made);
    assertThat(names(cache))
        .containsExactly(copy.getFileName().toString(), copy.getFileName() + ".lock");
  }

  @Test
  void whatWasCopiedOfAnotherStateIsDeletedUnlessItsLockIsHeld() throws Exception {
    Path killed = Files.createDirectories(cache.resolve("llava-0123456789abcdef.part"));
    Files.writeString(killed.resolve("model.safetensors"), "half of i");
    Path copied = Files.createDirectories(cache.resolve("llava-fedcba9876543210.part"));
    Path others = Files.createDirectories(cache.resolve("llava-b-0123456789abcdef.part"));
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    CompletableFuture<Void> copying =
        CompletableFuture.runAsync(
            () -> {
              try {
                HostLock.holding(
                    cache.resolve("llava-fedcba9876543210.lock"),
                    () -> {
                      held.countDown();
                      assertThatCode(done::await).doesNotThrowAnyException();
                    });
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    held.await();

    models.local(MODEL);
    done.countDown();
    copying.get();

    assertThat(killed).doesNotExist();
    assertThat(copied).exists();
    assertThat(others).exists();
  }

  @Test
  void aQFormersTokenizerGoesWithItsModel() throws IOException {
    Path words = Files.createDirectories(source.resolve("qformer_tokenizer"));
    Files.writeString(words.resolve("tokenizer.json"), "{}");
    Path copy = models.local(MODEL).base();
    assertThat(copy.resolve("qformer_tokenizer/tokenizer.json")).hasContent("{}");
    assertThat(copy.resolve("SHA256SUMS"))
        .content()
        .contains(SHA256_OF_CONFIG + "  qformer_tokenizer/tokenizer.json");
    Files.writeString(words.resolve("tokenizer.json"), "{ }");
    assertThat(models.local(MODEL).base()).isNotEqualTo(copy);
  }

  /** On every host: so executors see that their copies are the driver's. */
  @Test
  void aCopyHasTheTimesOfItsSource() throws IOException {
    FileTime time = FileTime.fromMillis(1_600_000_000_000L);
    Files.setLastModifiedTime(source.resolve("model.safetensors"), time);
    Path copy = models.local(MODEL).base();
    assertThat(Files.getLastModifiedTime(copy.resolve("model.safetensors"))).isEqualTo(time);
  }

  @Test
  void aSourceThatIsChangedWhileItIsCopiedIsRefused() throws IOException {
    ModelCache disturbed =
        new ModelCache(
            Optional.of(cache),
            hadoop(),
            (model, bytes, copying) ->
                copying.make(
                    read -> {
                      try { // of the same length
                        Files.write(source.resolve("model.safetensors"), new byte[3_000_000]);
                        Files.setLastModifiedTime(
                            source.resolve("model.safetensors"), FileTime.fromMillis(read));
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }));
    assertThatIOException()
        .isThrownBy(() -> disturbed.local(MODEL))
        .withMessageContaining("its files were changed meanwhile");
    assertThat(models.local(MODEL).base()).as("and then it is complete").isDirectory();
  }

  @Test
  void aChangedSourceIsAnotherCopy() throws IOException {
    Path before = models.local(MODEL).base();
    Files.writeString(source.resolve("config.json"), "{ }");
    Path after = models.local(MODEL).base();
    assertThat(after).isNotEqualTo(before);
    assertThat(after.resolve("config.json")).hasContent("{ }");
    assertThat(before.resolve("config.json")).hasContent("{}");
  }

  @Test
  void manyThreadsGetOneCopy() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Path>> copies = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        copies.add(threads.submit(() -> models.local(MODEL).base()));
      }
      for (Future<Path> copy : copies) {
        assertThat(copy.get()).isEqualTo(models.local(MODEL).base());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatADeadAttemptLeftIsReplaced() throws IOException {
    Path copy = models.local(MODEL).base();
    Path partial = copy.resolveSibling(copy.getFileName() + ".part");
    Files.move(copy, partial);
    Files.writeString(partial.resolve("leftover"), "x");
    assertThat(models.local(MODEL).base()).isEqualTo(copy);
    assertThat(names(copy)).doesNotContain("leftover");
    assertThat(partial).doesNotExist();
  }

  @Test
  void theSourcesOwnHashesAreHeldAgainstTheCopy() throws IOException {
    Files.writeString(source.resolve("SHA256SUMS"), SHA256_OF_CONFIG + " *config.json\n");
    assertThat(models.local(MODEL).base()).isDirectory();
    Files.writeString(source.resolve("config.json"), "[]");
    assertThatIOException()
        .isThrownBy(() -> models.local(MODEL).base())
        .withMessageContaining("SHA-256 of config.json")
        .withMessageContaining(SHA256_OF_CONFIG);
    assertThat(names(cache)).noneMatch(name -> name.endsWith(".part"));
  }

  @Test
  void withoutACacheFolderTheSettingIsNamed() {
    assertThatIOException()
        .isThrownBy(() -> new ModelCache(Optional.empty(), hadoop()).local(MODEL))
        .withMessageContaining(MODEL)
        .withMessageContaining("set spark.prumerge.cacheDir");
  }

  @Test
  void aMissingOrEmptyFolderIsNamed() throws IOException {
    Files.createDirectories(temp.resolve("empty"));
    assertThatIOException()
        .isThrownBy(() -> models.local("viewfs://far/empty").base())
        .withMessage("Cannot open the model viewfs://far/empty: the folder has no files");
    Files.delete(temp.resolve("empty"));
    assertThatIOException()
        .isThrownBy(() -> models.local("viewfs://far/empty").base())
        .withMessage("Cannot open the model viewfs://far/empty: no such folder");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
