package io.prumerge.engine;

import io.prumerge.Goldens;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.DeviceFailures;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.TorchException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many task threads on one device that fails at random, their requests cancelled at random: {@code
 * EngineStress THREADS REQUESTS SEED} prints what became of the requests and what was left open.
 */
public final class EngineStress {

  private static final List<String> IMAGES =
      List.of("wide.png", "gray.png", "interlaced.png", "square-96.png", "no such image");
  private static final List<String> METHODS =
      List.of("none", "prumerge", "prumerge+", "uniform:tokens=@prumerge", "first:tokens=9");

  private static final Lanes LANES = new Lanes(2, 1);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger typed = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();
  private final ImageQueue queue;

  private EngineStress(long seed) {
    Random device = new Random(seed);
    EngineConfig config = LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
    queue =
        new ImageQueue(
            new FailingAnswerer(
                ImageAnswerer.load(config, LANES.count()),
                LANES,
                images -> {
                  int luck = device.nextInt(10);
                  if (luck == 0) {
                    throw DeviceFailures.wrong();
                  }
                  if (luck < 6) {
                    throw DeviceFailures.outOfMemory();
                  }
                }));
  }

  /** Runs the threads and prints one line. */
  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[0]);
    int requests = Integer.parseInt(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    EngineStress stress = new EngineStress(seed);
    ExecutorService tasks = Executors.newFixedThreadPool(threads);
    List<Future<?>> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Random random = new Random(seed + 1 + t);
      running.add(
          tasks.submit(
              () -> {
                stress.task(requests, random);
                return null;
              }));
    }
    for (Future<?> task : running) {
      task.get();
    }
    tasks.shutdown();
    stress.queue.close();
    System.out.printf(
        "answered %d typed %d failed %d cancelled %d released %d open %d%n",
        stress.answered.get(),
        stress.typed.get(),
        stress.failed.get(),
        stress.cancelled.get(),
        stress.released.get(),
        OpenValues.count());
  }

  private void task(int requests, Random random) throws Exception {
    List<CompletableFuture<List<Answer>>> waiting = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int r = 0; r < requests; r++) {
      ImageRequest request = request(random);
      waiting.add(queue.submit(request, released::incrementAndGet, PATIENCE).answers());
      expected.add(request.questions().size() * request.reducers().size());
      if (random.nextInt(6) == 0) {
        waiting.get(random.nextInt(waiting.size())).cancel(true);
      }
      if (waiting.size() > random.nextInt(4)) {
        count(waiting.remove(0), expected.remove(0));
      }
    }
    for (int i = 0; i < waiting.size(); i++) {
      count(waiting.get(i), expected.get(i));
    }
  }

  private static ImageRequest request(Random random) throws IOException {
    String name = IMAGES.get(random.nextInt(IMAGES.size()));
    byte[] image = name.contains(".") ? Files.readAllBytes(Goldens.path("images/" + name)) : null;
    List<Question> questions = new ArrayList<>();
    for (int q = random.nextInt(4); q >= 0; q--) {
      questions.add(new Question("What is number " + q + "?", 1 + random.nextInt(6)));
    }
    List<MethodSpec> methods = new ArrayList<>();
    for (String method : METHODS) {
      if (methods.isEmpty() || random.nextInt(4) == 0) {
        methods.add(MethodSpec.parse(method));
      }
    }
    return new ImageRequest(image, questions, methods);
  }

  private void count(CompletableFuture<List<Answer>> future, int expected) throws Exception {
    try {
      List<Answer> answers = future.get();
      if (answers.size() != expected) {
        throw new IllegalStateException(
            "%d answers where %d were asked for".formatted(answers.size(), expected));
      }
      boolean fine = answers.stream().allMatch(answer -> answer.error() == null);
      (fine ? answered : typed).incrementAndGet();
    } catch (CancellationException e) {
      cancelled.incrementAndGet();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TorchException)) {
        throw e;
      }
      failed.incrementAndGet();
    }
  }
}
