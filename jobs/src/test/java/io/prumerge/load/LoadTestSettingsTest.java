package io.prumerge.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import io.prumerge.console.WordedException;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.settings.NamedModel;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LoadTestSettingsTest {

  private static LoadTestSettings given() {
    LoadTestSettings settings = new LoadTestSettings();
    settings.model.set("openai:http://127.0.0.1:8000/v1#m");
    settings.examples.set(List.of("pope.examples"));
    return settings;
  }

  private static void refuses(Consumer<LoadTestSettings> change, String problem) {
    LoadTestSettings settings = given();
    change.accept(settings);
    assertThatThrownBy(settings::options)
        .isInstanceOf(UsageException.class)
        .extracting(e -> ((WordedException) e).wording().onCommandLine())
        .asString()
        .contains(problem);
  }

  @Test
  void withoutLoadsThePowersOfTwoArePutOn() {
    assertThat(given().options().loads().patterns())
        .extracting(pattern -> pattern.concurrency().orElseThrow())
        .containsExactly(1, 2, 4, 8, 16, 32, 64);
  }

  @Test
  void ratesAloneAreOpenLoops() {
    LoadTestSettings settings = given();
    settings.rates.set(List.of(0.5, 2.0));
    settings.burstiness.set(0.25);

    assertThat(settings.options().loads().patterns())
        .containsExactly(
            LoadPattern.open(0.5, 0.25, OptionalInt.empty()),
            LoadPattern.open(2, 0.25, OptionalInt.empty()));
  }

  @Test
  void theServerUnderModelComesFirst() {
    LoadTestSettings settings = given();
    settings.servers.set(List.of("pruned=openai:http://127.0.0.1:8001/v1#m"));

    assertThat(settings.options().servers())
        .extracting(NamedModel::name)
        .containsExactly("none", "pruned");
  }

  @Test
  void wrongValuesAreRefusedByName() {
    refuses(settings -> settings.methods.set(List.of("prumerge")), "--method");
    refuses(
        settings -> {
          settings.model.set("conf/mini-llava");
          settings.methods.set(List.of("request:detail=low"));
        },
        "--method");
    refuses(
        settings -> {
          settings.model.set("conf/mini-llava");
          settings.servers.set(List.of("pruned=openai:http://h/v1#m"));
        },
        "--as");
    refuses(settings -> settings.servers.set(List.of("none=openai:http://h/v1#m")), "--as");
    refuses(
        settings ->
            settings.servers.set(List.of("a=openai:http://h/v1#m", "a=openai:http://i/v1#m")),
        "--as");
    refuses(settings -> settings.concurrencies.set(List.of(0)), "--max-concurrency");
    refuses(settings -> settings.concurrencies.set(List.of(4, 4)), "--max-concurrency");
    refuses(settings -> settings.rates.set(List.of(0.0)), "--request-rate");
    refuses(settings -> settings.rates.set(List.of(Double.NaN)), "--request-rate");
    refuses(
        settings -> settings.rates.set(List.of(1e-300)),
        "--request-rate must be from 0.00001 to 1000000, or inf; it is 1.0E-300");
    refuses(settings -> settings.rates.set(List.of(1e308)), "--request-rate");
    refuses(settings -> settings.burstiness.set(-1.0), "--burstiness");
    refuses(
        settings -> settings.burstiness.set(1e-300),
        "--burstiness must be from 0.01 to 1000, or inf");
    refuses(settings -> settings.limit.set(0), "--limit");
    refuses(settings -> settings.repeats.set(0), "--repeat");
    refuses(settings -> settings.sweepRates.set(0), "--sweep-rates");
    refuses(
        settings -> settings.drain.set(-1.0),
        "--drain must be from 0 to 86400 seconds, it is -1.0");
    refuses(settings -> settings.drain.set(1e12), "--drain");
    refuses(settings -> settings.goodput.set(List.of("ttft")), "--goodput");
    refuses(settings -> settings.share.set("3/2"), "--share");
    refuses(
        settings -> {
          settings.sweepRates.set(3);
          settings.share.set("1/2");
        },
        "--sweep-rates");
    refuses(
        settings -> {
          settings.concurrencies.set(List.of(1));
          settings.share.set("1/2");
        },
        "--max-concurrency");
    refuses(
        settings -> {
          settings.warmup.set(0.6);
          settings.cooldown.set(0.6);
        },
        "--warmup");
  }
}
