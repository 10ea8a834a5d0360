/** LLaVA as DJL's model zoo knows models: settings, criteria, block, translators. */
package io.prumerge.zoo;
