package io.prumerge.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What of a part's Python the loader of archives is told otherwise. */
class PartSourceTest {

  private static final String A =
      """
      \"""A part.\"""

      import torch
      from torch import Tensor

      from . import b


      class Pair(NamedTuple):
          first: Tensor
          second: b.Other


      def f(
          x: Tensor,
          pairs: List[Pair],
      ) -> Tensor:
          return x.f(1) + pairs[0].first


      def g(x: Tensor, f: int) -> Pair:
          x = b.f(F.relu(f(x, [])), f).to(torch.float32)
          return Pair(torch.ops.aten.slice(torch.linalg.eigh(x), f), b.Other(x, math.inf, bb.f(x)))
      """;
  private static final String WRITTEN =
      """








      class Pair(NamedTuple):
          first: Tensor
          second: __torch__.parts.b.Other


      def f(
          x: Tensor,
          pairs: List[__torch__.parts.a.Pair],
      ) -> Tensor:
          return x.f(1) + pairs[0].first


      def g(x: Tensor, f: int) -> __torch__.parts.a.Pair:
          x = __torch__.parts.b.f(torch.relu(__torch__.parts.a.f(x, [])), f).to(6)
          return __torch__.parts.a.Pair(ops.aten.slice(torch.linalg_eigh(x), f), \
      __torch__.parts.b.Other(x, inf, bb.f(x)))
      """;

  @Test
  void writesNamesOutAndKeepsLines() {
    String b =
        "class Other(NamedTuple):\n    x: Tensor\n\n\ndef f(x: Tensor) -> Tensor:\n    ...\n";
    Map<String, String> written = PartSource.forLoader(Map.of("a", A, "b", b));
    assertThat(written.get("a")).isEqualTo(WRITTEN);
    assertThat(written.get("b")).isEqualTo(b);
  }

  @Test
  void takesFunctionsOverSeveralLines() {
    assertThat(PartSource.FUNCTION.matcher(A).results())
        .extracting(function -> function.group(1), function -> function.group(3))
        .containsExactly(tuple("f", "Tensor"), tuple("g", "Pair"));
  }
}
