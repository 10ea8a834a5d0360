package io.prumerge.load.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.engine.Answer;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.engine.Question;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.load.generate.LoadClock;
import io.prumerge.load.generate.LoadReply;
import io.prumerge.load.generate.MachineClock;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.LoadSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EngineLoadServerTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root")).resolve("conf/mini-llava");
  private static final int WAIT = 120;

  private static final LoadClock CLOCK = new MachineClock();

  @AfterAll
  static void unload() {
    LlavaEngine.releaseIdle();
  }

  private static ModelLease lease() {
    return LlavaEngine.acquire(
        new EngineConfig(
            MODEL.toString(),
            -1,
            LoadSettings.DEFAULT.with(LoadSettings.DEVICE, DeviceChoice.CPU)));
  }

  private static ImageRequest request(int question) {
    byte[] pixels = new byte[3 * 168 * 168];
    new Random(question).nextBytes(pixels);
    return new ImageRequest(
        PngWriter.write(new RgbImage(168, 168, pixels)),
        List.of(new Question("Is there a red square? " + question, 4)),
        List.of(MethodSpec.parse("prumerge")));
  }

  /** In flight together, each question has the answer that it has alone. */
  @Test
  void answersWhatTheEngineAnswers() throws Exception {
    try (ModelLease alone = lease();
        EngineLoadServer server =
            new EngineLoadServer(lease(), EngineLoadServerTest::request, CLOCK)) {
      long before = System.nanoTime();
      server.make(1);
      List<CompletableFuture<LoadReply>> replies =
          IntStream.range(0, 8).mapToObj(server::ask).toList();
      for (int question = 0; question < 8; question++) {
        LoadReply reply = replies.get(question).get(WAIT, TimeUnit.SECONDS);
        Answer expected = alone.answer(request(question)).get(0);

        assertThat(reply.error()).isEmpty();
        assertThat(reply.text()).contains(expected.text());
        assertThat(reply.visualTokens()).hasValue(expected.tokens().visualAfter());
        assertThat(reply.promptTokens())
            .hasValue(expected.tokens().text() + expected.tokens().visualAfter());
        assertThat(reply.generatedTokens()).hasValue(expected.tokens().generated());
        assertThat(reply.cachedTokens()).isEmpty();
        assertThat(reply.chunks()).isEmpty();
        assertThat(reply.end()).isBetween(before, System.nanoTime());
      }
    }
  }

  @Test
  void whatCannotBeAnsweredIsAnError() throws Exception {
    List<ImageRequest> wrong =
        List.of(
            new ImageRequest(
                new byte[] {1}, List.of(new Question("Is it?", 4)), List.of(MethodSpec.NONE)));
    try (EngineLoadServer server = new EngineLoadServer(lease(), wrong::get, CLOCK)) {
      assertThat(server.ask(0).get(WAIT, TimeUnit.SECONDS).error().orElseThrow())
          .startsWith("image_unsupported: ");
      assertThat(server.ask(1).get(WAIT, TimeUnit.SECONDS).error().orElseThrow())
          .startsWith("endpoint_failed: The engine failed: ");
    }
  }

  /** A request is made ahead where that is asked for, and once. */
  @Test
  void makesRequestsOnce() throws Exception {
    List<Integer> made = new ArrayList<>();
    try (EngineLoadServer server =
        new EngineLoadServer(
            lease(),
            question -> {
              made.add(question);
              return request(question);
            },
            CLOCK)) {
      server.make(5);
      server.make(5);
      assertThat(made).containsExactly(5);
      server.ask(5).get(WAIT, TimeUnit.SECONDS);
      assertThat(made).containsExactly(5);
      server.ask(5).get(WAIT, TimeUnit.SECONDS);
      assertThat(made).as("asked again, made again").containsExactly(5, 5);
    }
  }

  @Test
  void whatIsGivenUpBeforeItsTurnIsNotAsked() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    List<Integer> made = new ArrayList<>();
    try (EngineLoadServer server =
        new EngineLoadServer(
            lease(),
            question -> {
              made.add(question);
              await(first);
              return request(question);
            },
            CLOCK)) {
      CompletableFuture<LoadReply> asked = server.ask(0);
      CompletableFuture<LoadReply> given = server.ask(1);
      given.cancel(true);
      first.countDown();

      assertThat(asked.get(WAIT, TimeUnit.SECONDS).error()).isEmpty();
      assertThat(server.ask(2).get(WAIT, TimeUnit.SECONDS).error()).isEmpty();
      assertThat(made).containsExactly(0, 2);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(WAIT, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is given up while the model works on it takes no place there any more. */
  @Test
  void whatIsGivenUpEndsInTheEngine() throws Exception {
    int others = LlavaEngine.leases();
    try (EngineLoadServer server =
        new EngineLoadServer(lease(), EngineLoadServerTest::request, CLOCK)) {
      List<CompletableFuture<LoadReply>> replies =
          IntStream.range(0, 4).mapToObj(server::ask).toList();
      replies.forEach(reply -> reply.cancel(true));

      assertThat(server.ask(9).get(WAIT, TimeUnit.SECONDS).error()).isEmpty();
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT);
      while (LlavaEngine.openRequests() > 0 && System.nanoTime() < patience) {
        Thread.sleep(10);
      }
      assertThat(LlavaEngine.openRequests()).isZero();
      assertThat(LlavaEngine.leases()).as("the server's own").isEqualTo(others + 1);
    }
  }
}
