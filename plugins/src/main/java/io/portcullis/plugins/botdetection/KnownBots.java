package io.portcullis.plugins.botdetection;

import java.util.Locale;

/**
 * Recognises user agents of well-known crawlers and HTTP libraries. Looks for fixed words, so that
 * no user agent takes long.
 */
final class KnownBots {
  /** Names, in lower case, that nobody else has. */
  private static final String[] NAMES = {
    "adsbot",
    "ahrefsbot",
    "aihitbot",
    "apache-httpclient",
    "applebot",
    "archive.org_bot",
    "axios",
    "baiduspider",
    "bingbot",
    "bingpreview",
    "boardreader",
    "boto/",
    "boto3/",
    "bytespider",
    "ccbot",
    "crawldaddy",
    "dataparksearch",
    "discordbot",
    "dotbot",
    "duckduckbot",
    "exabot",
    "facebookexternalhit",
    "feedfetcher-google",
    "go-http-client",
    "google-http-java-client",
    "googlebot",
    "gptbot",
    "heritrix",
    "ia_archiver",
    "lighthouse",
    "linkedinbot",
    "mediapartners-google",
    "megaindex",
    "mj12bot",
    "msnbot",
    "nutch",
    "okhttp",
    "petalbot",
    "pingdom",
    "pinterestbot",
    "python-urllib",
    "reqwest",
    "rogerbot",
    "s3browser",
    "screaming frog",
    "semrushbot",
    "seznambot",
    "slackbot",
    "sogou web spider",
    "telegrambot",
    "twitterbot",
    "unirest",
    "vbseo",
    "webcrawler",
    "whatsapp",
    "wordpress",
    "yacybot",
    "yahoo! slurp",
    "yahooseeker",
    "yandexbot",
    "yandeximages",
    "yandexmetrika",
    "yandexmobilebot",
    "yandexvideo",
    "yisouspider",
  };

  /** What other robots end their names with, before a version. */
  private static final String[] KINDS = {"bot", "crawler", "robot", "spider"};

  private KnownBots() {}

  static boolean contain(String userAgent) {
    String text = userAgent.toLowerCase(Locale.ROOT);
    for (String kind : KINDS) {
      if (isFollowedByVersion(text, kind)) {
        return true;
      }
    }
    for (String name : NAMES) {
      if (text.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFollowedByVersion(String text, String kind) {
    for (int at = text.indexOf(kind); at >= 0; at = text.indexOf(kind, at + 1)) {
      int end = at + kind.length();
      if (end + 1 < text.length()
          && "/ -_".indexOf(text.charAt(end)) >= 0
          && Character.isDigit(text.charAt(end + 1))) {
        return true;
      }
    }
    return false;
  }
}
