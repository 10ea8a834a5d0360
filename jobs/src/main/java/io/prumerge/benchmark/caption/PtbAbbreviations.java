package io.prumerge.benchmark.caption;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Abbreviations of PTBTokenizer 3.4.1, which keep their full stop: mr., u.s., p.m. */
final class PtbAbbreviations {

  /** Abbreviations that mostly stand within a sentence. */
  private static final Set<String> WITHIN =
      words(
          "adj adm adv alex assoc asst atty attys ave brig capt cf cie cmdr col comdr cpl dept det"
              + " dr drs elec ens ft gen gov govs hon insp invt jos lieut lt maj mlle mme mr mrs ms"
              + " msgr mt natl pfc ph pres prof profs pvt rep reps rev sen sens sfc sgt spc st ste"
              + " supt supts treas vs wm");

  /** Abbreviations that may end a sentence. */
  private static final Set<String> ENDING =
      words(
          "al ala apr ariz assn aug bhd bldg blvd bros calif co colo conn corp cos ct dak dec esq"
              + " est etc ext feb fla fri ga inc ind intl jan jr jul jun kan kans ky ltd mar md"
              + " mich minn mo mon mont neb nev nov oct okla penn plc rd rt sep sept seq sq sr sys tel"
              + " tenn thu thurs tue tues univ va vt wed wis wisc wyo ph.d ed.d");

  /** Abbreviations that are also words, unless they are capitalised. */
  private static final Set<String> CAPITALISED =
      words("ark az del ill la mass miss ore pa tex wash");

  /** Abbreviations that a number follows. */
  private static final Set<String> BEFORE_NUMBERS = words("art ca fig figs no nos op pp prop");

  /** Abbreviations one letter of which is small. */
  private static final Pattern PARTLY_SMALL =
      Pattern.compile("[mM][ft][gG]|[pP]?[pP][tT][ey][sS]?");

  /** Words that begin a sentence, so that the letter before is no initial. */
  private static final Set<String> BEGINNINGS =
      words(
          "a about according an as at but he her here however if in it last many more mr. ms. now"
              + " once one other our she since so some such that the their then there these they"
              + " this we what when while yet you");

  private static final int LONGEST = 8;

  private PtbAbbreviations() {}

  private static Set<String> words(String list) {
    return Set.of(list.split(" "));
  }

  /** Offers the abbreviations that begin at {@code at}. */
  static void offer(PtbText text, int at, PtbLongest longest) {
    offerInitials(text, at, longest);
    int end = text.run(at, PtbCharacters::isAsciiLetter);
    if (end > at && end - at <= LONGEST && text.at(end) == '.') {
      offerWord(text, at, end, longest);
      int second = text.run(end + 1, PtbCharacters::isAsciiLetter);
      if (second - at <= LONGEST && text.at(second) == '.') {
        offerWord(text, at, second, longest);
      }
    }
  }

  private static void offerWord(PtbText text, int at, int end, PtbLongest longest) {
    String word = text.part(at, end);
    String lower = word.toLowerCase(Locale.ROOT);
    if (WITHIN.contains(lower)) {
      longest.offer(end + 1);
    } else if (ENDING.contains(lower)
        || PARTLY_SMALL.matcher(word).matches()
        || CAPITALISED.contains(lower) && PtbCharacters.isAsciiUpper(word.charAt(0))) {
      longest.offer(end + 1, end + 3);
    } else if (BEFORE_NUMBERS.contains(lower)) {
      int number = PtbCharacters.isBlank(text.at(end + 1)) ? end + 2 : end + 1;
      if (PtbCharacters.isDigit(text.at(number))) {
        longest.offer(end + 1, number + 1);
      }
    }
  }

  /** Letters with full stops; before a word that begins a sentence the stop is the sentence's. */
  private static void offerInitials(PtbText text, int at, PtbLongest longest) {
    if (!PtbCharacters.isAsciiLetter(text.at(at)) || text.at(at + 1) != '.') {
      return;
    }
    int sentence = beginning(text, at + 2);
    if (sentence > at + 2) {
      longest.offer(at + 1, sentence);
    }
    int end = at + 2;
    while (PtbCharacters.isAsciiLetter(text.at(end)) && text.at(end + 1) == '.') {
      end += 2;
    }
    longest.offer(end);
  }

  /** Returns where the word that begins a sentence is seen to end; {@code at} without one. */
  private static int beginning(PtbText text, int at) {
    int word = text.run(at, PtbCharacters::isBlank);
    int tag = PtbMarks.tag(text, word);
    int end = tag > word ? tag : beginningWord(text, word);
    return word > at && end > word && isBlankOrEnd(text, end) ? end + 1 : at;
  }

  private static int beginningWord(PtbText text, int at) {
    int letters = text.run(at, PtbCharacters::isAsciiLetter);
    int end = text.at(letters) == '.' ? letters + 1 : letters;
    return PtbCharacters.isAsciiUpper(text.at(at))
            && BEGINNINGS.contains(text.part(at, end).toLowerCase(Locale.ROOT))
        ? end
        : at;
  }

  private static boolean isBlankOrEnd(PtbText text, int i) {
    return i == text.length() || PtbCharacters.isBlank(text.at(i));
  }

  /** Returns where at least two letters with full stops end; {@code at} if there are none. */
  static int initials(PtbText text, int at) {
    int end = at;
    while (PtbCharacters.isAsciiLetter(text.at(end)) && text.at(end + 1) == '.') {
      end += 2;
    }
    return end > at + 2 ? end : at;
  }
}
