package com.example.greeting;

import java.util.List;

/**
 * What the plugin is configured with.
 *
 * @param text said to everybody
 * @param unwelcome user agents that are refused
 */
public record GreetingConfig(String text, List<String> unwelcome) {}
