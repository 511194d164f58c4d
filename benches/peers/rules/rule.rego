package peers

import rego.v1

criterion := "not_applicable" if {
	input.age < 18
} else := "armed_felon" if {
	input.felon
	input.weapon
} else := "chronic" if {
	input.charges >= 3
} else := "injury" if {
	input.injury
	input.charges >= 1
} else := "repeat_charge" if {
	input.charges == 2
} else := "breach" if {
	input.breaches >= 1
} else := "first_charge" if {
	input.charges == 1
} else := "complaint" if {
	input.calls >= 1
} else := "none"
