-- Special functions at points computed with 60 digits; noncentralities.

\set ON_ERROR_STOP 1
\set QUIET 1
\pset format unaligned
\pset tuples_only true

begin;
create temp table tail (name text, p float8, expected_p float8, log10_p float8, expected_log10 float8);
insert into tail values
	('noncentral_chi2 3.84, 1, 7.85', at_chi2_sf(3.84, 1, 7.85), 0.80016109391140705097,
		at_chi2_sf(3.84, 1, 7.85, log10 => true), -0.09682256906594976233),
	('noncentral_chi2 20, 3, 1', at_chi2_sf(20, 3, 1), 0.0012197693555962755462,
		at_chi2_sf(20, 3, 1, log10 => true), -2.9137222816707388813),
	('noncentral_chi2 200, 5, 10', at_chi2_sf(200, 5, 10), 4.7301792376365277418e-27,
		at_chi2_sf(200, 5, 10, log10 => true), -26.325122402509193097),
	('noncentral_chi2 2000, 10, 50', at_chi2_sf(2000, 10, 50), 6.3670000852345420514e-307,
		at_chi2_sf(2000, 10, 50, log10 => true), -306.19606514432229125),
	('noncentral_chi2 5, 2, 0.01', at_chi2_sf(5, 2, 0.01), 0.083111700437729988295,
		at_chi2_sf(5, 2, 0.01, log10 => true), -1.0803378320781779119),
	('noncentral_chi2 900, 50, 800', at_chi2_sf(900, 50, 800), 0.19086795610095964291,
		at_chi2_sf(900, 50, 800, log10 => true), -0.71926697708905997134),
	('noncentral_chi2 1500, 1, 1000', at_chi2_sf(1500, 1, 1000), 5.9271802990820525124e-13,
		at_chi2_sf(1500, 1, 1000, log10 => true), -12.227151861742681469),
	('noncentral_chi2 100000, 3, 100', at_chi2_sf(100000, 3, 100), 0,
		at_chi2_sf(100000, 3, 100, log10 => true), -20364.464215847444522),
	('hypergeometric 3, 10, 20, 50', at_hypergeometric_sf(3, 10, 20, 50), 0.63503171322316323137,
		at_hypergeometric_sf(3, 10, 20, 50, log10 => true), -0.19720458567824244198),
	('hypergeometric 0, 5, 5, 100', at_hypergeometric_sf(0, 5, 5, 100), 0.23041004671159310335,
		at_hypergeometric_sf(0, 5, 5, 100, log10 => true), -0.63749858802539484122),
	('hypergeometric 40, 100, 50, 1000', at_hypergeometric_sf(40, 100, 50, 1000), 2.2121676899827319664e-36,
		at_hypergeometric_sf(40, 100, 50, 1000, log10 => true), -35.655181955091644098),
	('hypergeometric 49, 50, 50, 3000', at_hypergeometric_sf(49, 50, 50, 3000), 6.3875237705049551672e-110,
		at_hypergeometric_sf(49, 50, 50, 3000, log10 => true), -109.19466747067250673),
	('hypergeometric 600, 1000, 1500, 3000', at_hypergeometric_sf(600, 1000, 1500, 3000), 2.991708784626440185e-15,
		at_hypergeometric_sf(600, 1000, 1500, 3000, log10 => true), -14.52408068332932972),
	('hypergeometric 9, 10, 10, 20', at_hypergeometric_sf(9, 10, 10, 20), 5.4125441122345147113e-6,
		at_hypergeometric_sf(9, 10, 10, 20, log10 => true), -5.2665985511241270905),
	('f 2.5, 3, 20', at_f_sf(2.5, 3, 20), 0.088843751937689211504,
		at_f_sf(2.5, 3, 20, log10 => true), -1.0513731091574669556),
	('f 40, 5, 5', at_f_sf(40, 5, 5), 0.00049158039836348172664,
		at_f_sf(40, 5, 5, log10 => true), -3.3084054428162962133),
	('f 1.1, 500, 500', at_f_sf(1.1, 500, 500), 0.14346824631816403466, at_f_sf(1.1, 500, 500, log10 => true),
		-0.84324421025265043536),
	(
		'f 1000, 2, 30', at_f_sf(1000, 2, 30), 3.5025008721194196329e-28, at_f_sf(1000, 2, 30, log10 => true),
		-27.455621747903257211),
	('binomial 5, 10, 0.25', at_binomial_sf(5, 10, 0.25), 0.0197277069091796875,
		at_binomial_sf(5, 10, 0.25, log10 => true),
		-1.7049233929316109321),
	('binomial 60, 1000, 0.03125', at_binomial_sf(60, 1000, 0.03125), 1.0160735127701377779e-6,
		at_binomial_sf(60, 1000, 0.03125, log10 => true), -5.9930748697730987628),
	('binomial 999, 1000, 0.5', at_binomial_sf(999, 1000, 0.5), 9.3326361850321887899e-302,
		at_binomial_sf(999, 1000, 0.5, log10 => true), -301.02999566398119521),
	('normal -3', at_normal_sf(-3), 0.99865010196836990547,
		at_normal_sf(-3, log10 => true), -0.00058664931379006669102),
	('normal 0.5', at_normal_sf(0.5), 0.30853753872598689636,
		at_normal_sf(0.5, log10 => true), -0.51069198926524077447),
	('normal 8.25', at_normal_sf(8.25), 7.919726314642477341e-17,
		at_normal_sf(8.25, log10 => true), -16.101289826250692697),
	('normal 36', at_normal_sf(36), 4.1826240657972833317e-284,
		at_normal_sf(36, log10 => true), -283.37855116804828645),
	('normal 100', at_normal_sf(100), 0, at_normal_sf(100, log10 => true), -2173.8715428690343765),
	('t 3, 1e5', at_t_sf(3, 1e5), 0.0013502304420323596, at_t_sf(3, 1e5, log10 => true), -2.8695921047180816),
	('t 3, 1e10', at_t_sf(3, 1e10), 0.00134989803495398084, at_t_sf(3, 1e10, log10 => true), -2.8696990348599954),
	('t 0.7, 1e10', at_t_sf(0.7, 1e10), 0.24196365223121505, at_t_sf(0.7, 1e10, log10 => true), -0.61624986881713959),
	('t 5, 1e15', at_t_sf(5, 1e15), 2.8665157187924223e-7, at_t_sf(5, 1e15, log10 => true), -6.5426456723905813),
	('F 2, 100, 1e6', at_f_sf(2, 100, 1e6), 1.18157270292404922e-8,
		at_f_sf(2, 100, 1e6, log10 => true), -7.9275395507922436),
	('binomial 5e15, 1e16, 0.5', at_binomial_sf(5e15::int8, 1e16::int8, 0.5), 0.499999996010577196,
		at_binomial_sf(5e15::int8, 1e16::int8, 0.5, log10 => true), -0.30102999912914983),
	('binomial 5e17, 1e18, 0.5', at_binomial_sf(5e17::int8, 1e18::int8, 0.5), 0.49999999960105772,
		at_binomial_sf(5e17::int8, 1e18::int8, 0.5, log10 => true), -0.30102999601049806),
	('t 2, 1', at_t_sf(2, 1), 0.14758361765043327418, at_t_sf(2, 1, log10 => true), -0.83096184819648620461),
	('t 12.5, 3', at_t_sf(12.5, 3), 0.00055181566554802922938, at_t_sf(12.5, 3, log10 => true), -3.258205974453984273),
	('t 30, 100', at_t_sf(30, 100), 4.1901662793441460847e-52, at_t_sf(30, 100, log10 => true), -51.377768742482689966),
	('t 5, 2.5', at_t_sf(5, 2.5), 0.011725594985430923532, at_t_sf(5, 2.5, log10 => true), -1.9308651108872112779),
	('chi2 0.5, 1', at_chi2_sf(0.5, 1), 0.47950012218695346232,
		at_chi2_sf(0.5, 1, log10 => true), -0.31921127782572033173),
	('chi2 2000, 1', at_chi2_sf(2000, 1), 0, at_chi2_sf(2000, 1, log10 => true), -436.04327371607294795),
	('chi2 30, 19', at_chi2_sf(30, 19), 0.051798458893023873606,
		at_chi2_sf(30, 19, log10 => true), -1.2856831611855019563),
	('chi2 1200, 1000', at_chi2_sf(1200, 1000), 0.000012255942330622904168, at_chi2_sf(1200, 1000, log10 => true),
		-4.9116532912453463021),
	('chi2 20000, 7', at_chi2_sf(20000, 7), 0, at_chi2_sf(20000, 7, log10 => true), -4333.46628666459526);

select plan(2 * count(*)::int + 8) from tail;
select ok(abs(p - expected_p) <= 2e-13 * expected_p, 'p of ' || name) from tail;
select ok(abs(log10_p - expected_log10) <= 1e-13 * greatest(1, abs(expected_log10)), 'log10 p of ' || name) from tail;

-- what power needs
select ok(abs(noncentrality - lambda) <= 1e-11 * lambda, format('noncentrality of %s degrees, power %s', df, power))
from (values (1, 0.05, 0.8, 7.84886050932619815), (4, 0.01, 0.9, 20.7369533381036396),
	(30, 0.05, 0.8, 24.5465950320936835)) as c(df, alpha, power, lambda),
	at_mde(df, 100, 100, alpha, power);

-- ends of the ranges
select is(array[at_hypergeometric_sf(-1, 3, 4, 9), at_hypergeometric_sf(3, 3, 4, 9), at_hypergeometric_sf(0, 0, 0, 0)],
	'{1,0,0}', 'hypergeometric beyond its ends');
select is(array[at_chi2_sf(0, 1, 5), at_chi2_sf('Infinity', 1, 5),
	at_chi2_sf(3, 1, 0) - at_chi2_sf(3, 1)],
	'{1,0,0}', 'noncentral chi-square at its ends');
select throws_ok('select at_chi2_sf(1, 1, -1)', '22023');
select throws_ok('select at_chi2_sf(1, 0.5, 1)', '22023');
select throws_ok('select at_hypergeometric_sf(1, 5, 3, 4)', '22023');

select * from finish();
rollback;
