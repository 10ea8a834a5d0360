package io.prumerge.score;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * What answers are scored by that does not follow from their own questions.
 *
 * @param drawn for undecided answers
 * @param corpora of references
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
record SplitFacts(DrawnAnswers drawn, Corpora corpora) implements Serializable {}
