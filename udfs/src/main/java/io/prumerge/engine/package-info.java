/**
 * Models loaded in this JVM, and the queues by which many threads ask one device. It may use all
 * packages but {@code spark}.
 */
package io.prumerge.engine;
