package io.prumerge.plan;

import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TimeRule;
import io.prumerge.config.TimesInSeconds;
import io.prumerge.config.VideoConfig;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.SeenFrames;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** Says what is doubtful of the seconds that a model has in its positions. */
final class TimeNotices {

  private TimeNotices() {}

  /**
   * Returns sentences that go on from the model's name; none where its positions have no seconds.
   *
   * @param rates of the planned videos
   */
  static List<String> of(LlavaConfig config, List<ChosenRate> rates) {
    VideoConfig videos = config.family().video().orElseThrow();
    if (!(videos.times() instanceof TimesInSeconds times)) {
      return List.of();
    }
    List<String> notices = new ArrayList<>();
    long all = videos(rates, rate -> true);
    long differ = videos(rates, rate -> differ(times, videos.framesOfView(), rate));
    if (differ > 0) {
      notices.add(
          Text.format(
              "the seconds between frames of %s are truncated by transformers and not as"
                  + " published: this run has %s %s",
              part(differ, all), Setting.MROPE, times.rule().name().toLowerCase(Locale.ROOT)));
    }
    long assumed = videos(rates, ChosenRate::assumed);
    if (assumed > 0) {
      notices.add(
          Text.format(
              "nothing tells the frames per second of %s: the seconds in their positions follow"
                  + " from an assumption",
              part(assumed, all)));
    }
    return notices;
  }

  private static long videos(List<ChosenRate> rates, Predicate<ChosenRate> such) {
    return rates.stream().filter(such).mapToLong(ChosenRate::videos).sum();
  }

  private static String part(long some, long all) {
    return Text.format("%,d of %s", some, Texts.count(all, "video"));
  }

  private static boolean differ(TimesInSeconds times, int ofView, ChosenRate rate) {
    FrameTimes when = new FrameTimes(List.of(), OptionalDouble.of(rate.fps()), rate.assumed());
    SeenFrames frames = new SeenFrames(rate.frames(), ofView, when);
    return !by(TimeRule.TRANSFORMERS, times)
        .of(frames)
        .equals(by(TimeRule.PUBLISHED, times).of(frames));
  }

  private static TimesInSeconds by(TimeRule rule, TimesInSeconds times) {
    return new TimesInSeconds(times.perSecond(), rule);
  }
}
