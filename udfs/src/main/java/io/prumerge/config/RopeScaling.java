package io.prumerge.config;

import java.util.List;

/**
 * The rotary embedding's type. With d the head's width, the unscaled inverse frequency of pair i is
 * theta^(-2i/d); every type starts from it. Formulas: transformers 4.57.1, modeling_rope_utils.py.
 */
public sealed interface RopeScaling
    permits RopeScaling.Default,
        RopeScaling.Linear,
        RopeScaling.Dynamic,
        RopeScaling.Llama3,
        RopeScaling.Multimodal,
        RopeScaling.Yarn {

  /** Returns the base of the geometric series of wavelengths. */
  double theta();

  /**
   * Returns the positions that a prompt may have. Checkpoints state the length before scaling for
   * linear and dynamic, either length for yarn, and the length after it for llama3: as transformers
   * 4.57.1 documents the factor, and vLLM derives a model's length.
   *
   * @param maxPositions {@code max_position_embeddings}
   */
  default double reach(int maxPositions) {
    return maxPositions;
  }

  /** No scaling. */
  record Default(double theta) implements RopeScaling {
    public Default {
      Require.positive("rope_theta", theta);
    }
  }

  /** Every inverse frequency divided by the factor. */
  record Linear(double theta, double factor) implements RopeScaling {
    public Linear {
      Require.positive("rope_theta", theta);
      Require.positive("rope_scaling factor", factor);
    }

    @Override
    public double reach(int maxPositions) {
      return Math.max(1, factor) * maxPositions;
    }
  }

  /**
   * Past the trained length n the base grows to theta * (factor * length / n - (factor - 1))^(d /
   * (d - 2)), with n of {@code max_position_embeddings}.
   */
  record Dynamic(double theta, double factor) implements RopeScaling {
    public Dynamic {
      Require.positive("rope_theta", theta);
      Require.positive("rope_scaling factor", factor);
    }

    @Override
    public double reach(int maxPositions) {
      return Math.max(1, factor) * maxPositions;
    }
  }

  /**
   * Wavelengths above originalMaxPositions / lowFreqFactor are stretched by the factor, those below
   * originalMaxPositions / highFreqFactor are kept, those between are blended.
   */
  record Llama3(
      double theta,
      double factor,
      double lowFreqFactor,
      double highFreqFactor,
      int originalMaxPositions)
      implements RopeScaling {
    public Llama3 {
      Require.positive("rope_theta", theta);
      Require.positive("rope_scaling factor", factor);
      Require.positive("rope_scaling low_freq_factor", lowFreqFactor);
      Require.positive("rope_scaling high_freq_factor", highFreqFactor);
      Require.positive("rope_scaling original_max_position_embeddings", originalMaxPositions);
      if (highFreqFactor <= lowFreqFactor) {
        throw new CheckpointException(
            "rope_scaling high_freq_factor "
                + highFreqFactor
                + " must be above low_freq_factor "
                + lowFreqFactor);
      }
    }
  }

  /**
   * M-RoPE: each pair turns with one part of a position, which has three.
   *
   * @param frequencies of the pairs; of a type that does not follow a sequence's length
   * @param sections how many pairs turn with time, with rows, with columns
   * @param interleaved whether these take turns, as Qwen3-VL's do, until rows and columns have
   *     theirs; else they stand one after the other
   */
  record Multimodal(RopeScaling frequencies, List<Integer> sections, boolean interleaved)
      implements RopeScaling {

    private static final int PARTS = 3;

    public Multimodal {
      if (frequencies instanceof Dynamic || frequencies instanceof Multimodal) {
        throw new CheckpointException(
            "rope_scaling with mrope_section has a type that is not supported; known: default,"
                + " linear, llama3, mrope, yarn");
      }
      sections = List.copyOf(sections);
      if (sections.size() != PARTS || sections.stream().anyMatch(pairs -> pairs < 0)) {
        throw new CheckpointException(
            "rope_scaling mrope_section must be three numbers but is " + sections);
      }
    }

    @Override
    public double theta() {
      return frequencies.theta();
    }

    @Override
    public double reach(int maxPositions) {
      return frequencies.reach(maxPositions);
    }

    /** Returns the number of pairs that turn. */
    public int pairs() {
      return sections.stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns which part of a position a pair turns with. */
    public int part(int pair) {
      if (interleaved) {
        int part = pair % PARTS;
        return pair < PARTS * sections.get(part) ? part : 0;
      }
      return pair < sections.get(0) ? 0 : pair < sections.get(0) + sections.get(1) ? 1 : 2;
    }
  }

  /**
   * Interpolated and kept frequencies joined by a ramp over the pairs.
   *
   * @param attentionFactor what cos and sin are multiplied by, already resolved from the factor and
   *     mscale where the file does not state it
   * @param betaFast rotations over originalMaxPositions above which a pair is kept
   * @param betaSlow rotations below which a pair is interpolated
   * @param truncate whether the ramp's ends are rounded outwards to whole pairs
   */
  record Yarn(
      double theta,
      double factor,
      double attentionFactor,
      double betaFast,
      double betaSlow,
      int originalMaxPositions,
      boolean truncate)
      implements RopeScaling {
    public Yarn {
      Require.positive("rope_theta", theta);
      Require.positive("rope_scaling factor", factor);
      Require.positive("rope_scaling attention_factor", attentionFactor);
      Require.positive("rope_scaling beta_fast", betaFast);
      Require.positive("rope_scaling beta_slow", betaSlow);
      Require.positive("rope_scaling original_max_position_embeddings", originalMaxPositions);
    }

    @Override
    public double reach(int maxPositions) {
      return Math.max(maxPositions, factor * originalMaxPositions);
    }
  }
}
