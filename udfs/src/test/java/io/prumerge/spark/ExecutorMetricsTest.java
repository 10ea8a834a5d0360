package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.codahale.metrics.MetricRegistry;
import io.prumerge.engine.Answer;
import io.prumerge.engine.Answer.StageMillis;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class ExecutorMetricsTest {

  private static Answer answer(int before, int after, String error) {
    return new Answer(
        0,
        "none",
        null,
        error == null ? "yes" : null,
        error == null ? "eos" : null,
        new Answer.Tokens(before, after, after, null, 9, 2),
        new Answer.Work(null, 0, 0, new StageMillis(0.1, 0.5, 0.2, 0.1, 0.4, 0.3)),
        error);
  }

  @Test
  void countsAnswersErrorsAndTokens() {
    ExecutorMetrics metrics = new ExecutorMetrics();
    MetricRegistry registry = new MetricRegistry();
    metrics.register(registry, List.of(Device.cpu()));

    metrics.answered(List.of(answer(144, 144, null), answer(144, 15, null)));
    metrics.answered(List.of(answer(0, 0, "image_missing: none")));

    assertThat(registry.counter("questions").getCount()).isEqualTo(3);
    assertThat(registry.counter("errors").getCount()).isEqualTo(1);
    assertThat(registry.counter("tokens_in").getCount()).isEqualTo(288);
    assertThat(registry.counter("tokens_kept").getCount()).isEqualTo(159);
    assertThat(registry.timer("batch_time").getCount()).isEqualTo(2);
    assertThat(registry.timer("batch_time").getSnapshot().getMax())
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(3));
    assertThat((Long) registry.getGauges().get("device_memory_bytes").getValue())
        .as("this process's")
        .isGreaterThan(1 << 20);
  }
}
