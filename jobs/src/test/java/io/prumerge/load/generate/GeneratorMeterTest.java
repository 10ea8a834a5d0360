package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GeneratorMeterTest {

  @Test
  void delaysAreThoseOfOneRequestInAHundred() {
    GeneratorMeter meter = new GeneratorMeter();
    assertThat(meter.use().delays()).isZero();
    for (int i = 0; i <= 100; i++) {
      meter.sent(i);
    }
    assertThat(meter.use().delays()).isEqualTo(99);
  }

  @Test
  void theShareOfTheProcessorsIsThatOfThisProcess() {
    GeneratorMeter meter = new GeneratorMeter();
    long until = System.nanoTime() + 200_000_000;
    double sum = 0;
    while (System.nanoTime() < until) {
      sum += Math.sin(sum + 1);
    }
    assertThat(sum).isNotNaN();
    assertThat(meter.use().cpuShare()).isBetween(0.001, 1.1);
  }
}
