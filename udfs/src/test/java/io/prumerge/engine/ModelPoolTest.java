package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.image.processor.ImageAspect;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models that are their names; what is loaded and unloaded is written down. */
@Timeout(120)
class ModelPoolTest {

  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch unloading = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  private static EngineConfig config(String model, int address) {
    return EngineConfigs.of(
        model, DeviceChoice.CUDA, address, DtypeChoice.FP32, ImageAspect.AUTO, "vicuna_v1");
  }

  private ModelPool<String> pool() {
    return new ModelPool<>(
        config -> {
          events.add("load " + config.model());
          return config.model();
        },
        model -> events.add("unload " + model));
  }

  private ModelPool<String> slowToUnload() {
    return new ModelPool<>(
        config -> {
          events.add("load " + config.model());
          return config.model();
        },
        model -> {
          unloading.countDown();
          await(goOn);
          events.add("unload " + model);
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneModelIsLoadedForAllWhoWantIt() {
    ModelPool<String> pool = pool();
    ModelPool<String>.Slot first = pool.acquire(config("a", 0));
    assertThat(pool.acquire(config("a", 0))).isSameAs(first);
    assertThat(first.model()).isEqualTo("a");
    assertThat(pool.holders()).isEqualTo(2);
    assertThat(pool.loads()).isEqualTo(1);
  }

  @Test
  void onlyWhatNobodyHoldsOnTheSameDeviceMakesRoom() {
    ModelPool<String> pool = pool();
    pool.acquire(config("idle", 0)).release();
    pool.acquire(config("elsewhere", 1)).release();
    pool.acquire(config("held", 0));
    pool.acquire(config("new", 0));
    assertThat(events)
        .containsExactly("load idle", "load elsewhere", "unload idle", "load held", "load new");
    pool.unloadIdle();
    assertThat(events).endsWith("unload elsewhere").hasSize(6);
  }

  @Test
  void nobodyElseWaitsWhileAModelIsUnloaded() throws Exception {
    ModelPool<String> pool = slowToUnload();
    ModelPool<String>.Slot other = pool.acquire(config("other", 1));
    other.hold();
    pool.acquire(config("idle", 0)).release();
    CompletableFuture<Void> room = CompletableFuture.runAsync(pool::unloadIdle);
    await(unloading);
    try {
      CompletableFuture.runAsync(other::release).get(1, TimeUnit.MINUTES);
      CompletableFuture.runAsync(() -> pool.acquire(config("more", 1))).get(1, TimeUnit.MINUTES);
    } finally {
      goOn.countDown();
      room.get();
    }
  }

  @Test
  void aModelIsNotLoadedAgainBeforeItIsUnloaded() throws Exception {
    ModelPool<String> pool = slowToUnload();
    pool.acquire(config("a", 0)).release();
    CompletableFuture<Void> room = CompletableFuture.runAsync(pool::unloadIdle);
    await(unloading);
    CompletableFuture<?> again = CompletableFuture.runAsync(() -> pool.acquire(config("a", 0)));
    Thread.sleep(50);
    goOn.countDown();
    room.get();
    again.get();
    assertThat(events).containsExactly("load a", "unload a", "load a");
  }

  @Test
  void aLoadThatFailedIsRememberedAndHoldsNothing() {
    ModelPool<String> broken =
        new ModelPool<>(
            config -> {
              events.add("load");
              throw new IllegalStateException("no such folder");
            },
            model -> {});
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> broken.acquire(config("a", 0))).hasMessage("no such folder");
    }
    assertThat(events).containsExactly("load");
    assertThat(broken.holders()).isZero();
    assertThat(broken.loads()).isZero();
  }

  @Test
  void aModelThatCannotBeUnloadedTakesNoOtherWithIt() {
    ModelPool<String> pool =
        new ModelPool<>(
            EngineConfig::model,
            model -> {
              events.add("unload " + model);
              if (events.size() == 1) {
                throw new IllegalStateException("the device is lost");
              }
            });
    ModelPool<String>.Slot first = pool.acquire(config("a", 0));
    pool.acquire(config("b", 0)).release();
    first.release();
    assertThatThrownBy(pool::unloadIdle).hasMessage("the device is lost");
    pool.unloadIdle();
    assertThat(events).containsExactlyInAnyOrder("unload a", "unload b");
  }
}
