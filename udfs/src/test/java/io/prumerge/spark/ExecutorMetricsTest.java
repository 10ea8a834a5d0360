package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.codahale.metrics.MetricRegistry;
import io.prumerge.engine.Answer;
import io.prumerge.engine.AnswerTokens;
import io.prumerge.engine.AnswerWork;
import io.prumerge.engine.StageMillis;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class ExecutorMetricsTest {

  private static Answer answer(int before, int after, String error) {
    return Answer.builder(0, "none")
        .text(error == null ? "yes" : null)
        .finishReason(error == null ? "eos" : null)
        .tokens(new AnswerTokens(null, before, after, after, null, 9, 2))
        .work(new AnswerWork(null, 0, 0, new StageMillis(0.1, 0.5, 0.2, 0.1, 0.4, 0.3)))
        .error(error)
        .build();
  }

  @Test
  void countsAnswersErrorsAndTokens() {
    ExecutorMetrics metrics = new ExecutorMetrics();
    MetricRegistry registry = new MetricRegistry();
    metrics.register(registry, List.of(Device.cpu()));

    metrics.countAnswers(List.of(answer(144, 144, null), answer(144, 15, null)));
    metrics.countAnswers(List.of(answer(0, 0, "image_missing: none")));

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

  @Test
  void theDriverSumsWhatExecutorsReport() {
    ExecutorMetrics first = new ExecutorMetrics();
    ExecutorMetrics second = new ExecutorMetrics();
    ExecutorTotals totals = new ExecutorTotals();
    MetricRegistry registry = new MetricRegistry();
    List<Device> devices = List.of(Device.cpu());
    totals.register(registry, first.report("", devices));
    assertThat(registry.getGauges().get("executors.questions").getValue()).isEqualTo(0L);

    first.countAnswers(List.of(answer(144, 144, null)));
    totals.reported(first.report("1", devices));
    first.countAnswers(List.of(answer(144, 15, null), answer(0, 0, "image_missing: none")));
    totals.reported(first.report("1", devices));
    second.countAnswers(List.of(answer(144, 16, null)));
    totals.reported(second.report("2", devices));

    assertThat(registry.getGauges().get("executors.questions").getValue()).isEqualTo(4L);
    assertThat(registry.getGauges().get("executors.errors").getValue()).isEqualTo(1L);
    assertThat(registry.getGauges().get("executors.tokens_in").getValue()).isEqualTo(432L);
    assertThat(registry.getGauges().get("executors.tokens_kept").getValue()).isEqualTo(175L);
    long both = (Long) registry.getGauges().get("executors.device_memory_bytes").getValue();

    totals.onExecutorRemoved(new SparkListenerExecutorRemoved(1, "1", "lost"));
    assertThat(registry.getGauges().get("executors.questions").getValue())
        .as("what a lost executor has answered")
        .isEqualTo(4L);
    assertThat((Long) registry.getGauges().get("executors.device_memory_bytes").getValue())
        .as("the memory of the other one")
        .isPositive()
        .isLessThan(both);
  }
}
