<?php
/**
 * Plugin Name: imgpolicy
 * Description: Pictures that may not be posted are not published: each is asked for at your imgpolicy desk, and comes down when a consent is withdrawn.
 * Version: 0.1.0
 * Requires at least: 6.0
 * Requires PHP: 7.4
 * License: GPL-2.0-or-later
 * License URI: https://www.gnu.org/licenses/gpl-2.0.html
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/includes/desk.php';
require_once __DIR__ . '/includes/pictures.php';
require_once __DIR__ . '/includes/uploads.php';
require_once __DIR__ . '/includes/publishing.php';
require_once __DIR__ . '/includes/webhook.php';
