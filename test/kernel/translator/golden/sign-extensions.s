# CWDE, CDQ and their kin.
        cwde
        cdq
        cbw
        ret
# 0x1000: 98 99 66 98 c3
